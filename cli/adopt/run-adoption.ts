import { takeLease } from "@rollout/infra/rollout/lease/held-lease";
import { whoAmI } from "@rollout/infra/shared/machine";
import type { StackNames } from "@rollout/infra/rollout/ownership/stack-names";
import { textOf } from "@rollout/infra/rollout/ownership/stack-names";
import { requireSigner } from "@rollout/infra/rollout/records/append";
import { enterAdopted, enterEnd, unendedText } from "@rollout/infra/rollout/records/keep";
import { saying } from "@rollout/infra/shared/say";
import { adoptVariable } from "../../stacks/adopted-resource.ts";
import { readRelease } from "../../stacks/release/release.ts";
import type { Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import { recordWriter } from "../record-writer.ts";
import { didSucceed, showEngine } from "../show-engine.ts";
import type { Adoption } from "./adoption.ts";
import { adoptedNames } from "./adoption.ts";

/** How long it waits behind rollouts, in milliseconds: several complete ones. */
const longestLine = 60 * 60_000;

export interface RunAdoptionArgs {
  readonly stack: string;
  readonly names: StackNames;
  readonly adoption: Adoption;
  readonly json: boolean;
}

/**
 * Enters the resources into the state, then the names into the record. In this order: a record without the state would
 * let the next rollout create over what exists. Interrupted between both, the same command continues.
 */
export async function runAdoption(
  session: Session,
  context: OpenEnvironment,
  args: RunAdoptionArgs,
): Promise<ExitStatus> {
  const { github, onGitHub } = context;
  const note = (line: string): void => void session.err.write(`${line}\n`);
  const { commit } = readRelease(session.checkout);
  const lease = await saying(note, () =>
    takeLease(
      github,
      { ...onGitHub, commit },
      { waitMilliseconds: longestLine, note, doing: "the adoption of what exists" },
    ),
  );
  try {
    const writer = recordWriter(session, args.stack, context);
    await requireSigner(writer);
    const status = await enterResources(session, args);
    if (status !== exitStatus.done) return status;
    lease.assertHeld();
    // A rollout that was killed cannot end its own attempt any more.
    const killed = { result: "failure", description: unendedText } as const;
    await enterEnd(writer, killed, () => true);
    const names = adoptedNames(args.adoption, args.names).map(textOf);
    if (names.length > 0) await enterAdopted(writer, { by: whoAmI(), names });
  } finally {
    await lease.release();
  }
  return exitStatus.done;
}

async function enterResources(
  session: Session,
  { stack, adoption, json }: RunAdoptionArgs,
): Promise<ExitStatus> {
  if (adoption.missing.length === 0) return exitStatus.done;
  const environment = { ...session.environment, [adoptVariable]: JSON.stringify(adoption.resources) };
  const run = await showEngine(
    { ...session, environment },
    {
      ...{ stack, engineText: ["up", "--stack", stack, "--yes", "--skip-preview"], json },
      doneAs: "taken over",
    },
  );
  if (didSucceed(run)) return exitStatus.done;
  if (run.isInterrupted) return exitStatus.interrupted;
  const reasons = [...run.end.failedSteps, run.ended.stderr.trim()].filter((each) => each !== "");
  session.err.write(
    `The state does not have everything yet; no cloud was changed. ${reasons.join(", ")}\nAfter fixing the cause: bin/rollout adopt --stack ${stack}\n`,
  );
  return exitStatus.failed;
}
