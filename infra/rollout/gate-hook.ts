import * as pulumi from "@pulumi/pulumi";
import type { Candidate } from "./gate-checks.ts";
import type { Gate } from "./resources.ts";
import { partialRun } from "./this-run.ts";

/**
 * For the resources of other providers, before they act: a run that left out the gate, by `--target` or `--exclude`, has the
 * outputs that the gate had at the rollout before.
 */
export function gateHook(gate: Gate, candidate: Candidate): pulumi.ResourceHook {
  return new pulumi.ResourceHook("behind-gate", async () => {
    const admitted = await new Promise<readonly unknown[]>((resolve) => {
      pulumi.all([gate.release, gate.settings, gate.freeze]).apply(resolve);
    });
    const { release, settings, freeze } = candidate;
    if (admitted[0] !== release || admitted[1] !== settings || (admitted[2] ?? "") !== (freeze ?? ""))
      throw new Error(partialRun("gate"));
  });
}
