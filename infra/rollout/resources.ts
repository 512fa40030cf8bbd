import * as pulumi from "@pulumi/pulumi";
import { defineResource } from "../dynamic/resource.ts";
import type { Candidate } from "./gate-checks.ts";
import type { AfterLiveInputs } from "./providers/after-live.ts";
import type { ApiKeyInputs } from "./providers/api-key.ts";
import type { AttemptInputs } from "./providers/attempt.ts";
import type { BackupInputs } from "./providers/backup.ts";
import type { GateInputs } from "./providers/gate.ts";
import type { RehearsalInputs } from "./providers/rehearsal.ts";
import type { SmokeInputs } from "./providers/smoke.ts";
import type { StatusInputs } from "./providers/status.ts";
import type { SeenEntry } from "./records/verify.ts";
import { partialRun } from "./this-run.ts";

/** Lets a release in or refuses it, having written nothing. */
export const Gate = defineResource<
  GateInputs,
  {
    /** Of the release that it accepted last. */
    readonly release: string | undefined;
    readonly settings: string | undefined;
    readonly freeze: string | undefined;
  }
>("rollout/gate");
export type Gate = InstanceType<typeof Gate>;

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

/** Opens the record of the rollout. */
export const Attempt = defineResource<
  AttemptInputs,
  {
    readonly deploymentId: number;
    /** Its number in the environment's record; undefined where there is none. */
    readonly number: number | undefined;
    /** Its first entry there. */
    readonly entry: SeenEntry | undefined;
  }
>("rollout/attempt", { outputs: ["deploymentId", "number", "entry"] });
export type Attempt = InstanceType<typeof Attempt>;

/** A random key of the environment. */
export const ApiKey = defineResource<
  ApiKeyInputs,
  {
    /** Secret. */
    readonly key: string;
    /** Secret: what the API takes, during a rotation the key before too. Absent in the states of earlier versions. */
    readonly keys: string | undefined;
  }
>("rollout/api-key", { outputs: ["key", "keys"], secretOutputs: ["key", "keys"] });
export type ApiKey = InstanceType<typeof ApiKey>;

/** A copy of the database as it was before a set of migrations. */
export const Backup = defineResource<BackupInputs, { readonly backupName: string }>("rollout/backup", {
  outputs: ["backupBranchId", "backupName"],
});
export type Backup = InstanceType<typeof Backup>;

/** Tries pending migrations on a copy of the data, with the release that is live and with the new one. */
export const Rehearsal = defineResource<
  RehearsalInputs,
  {
    /** What was found, in one line. */
    readonly proof: string;
    /** Why the release before may not work on the new schema, as migrations declare; empty where none does. */
    readonly oneWay: string;
  }
>("rollout/rehearsal", { outputs: ["proof", "oneWay"], secretOutputs: ["secrets", "webSecrets"] });
export type Rehearsal = InstanceType<typeof Rehearsal>;

/** The application's own commands between live and smoke test; they run exactly when something that is live has changed. */
export const AfterLive = defineResource<AfterLiveInputs>("rollout/after-live");
export type AfterLive = InstanceType<typeof AfterLive>;

/** The smoke test; runs exactly when something that is live has changed. */
export const Smoke = defineResource<
  SmokeInputs,
  {
    /** What the test found, in one line with its time. */
    readonly proof: string;
  }
>("rollout/smoke", { outputs: ["proof"], secretOutputs: ["databaseUrl", "apiKey", "protectionBypass"] });
export type Smoke = InstanceType<typeof Smoke>;

/** Closes the record of the rollout as a success. */
export const Status = defineResource<StatusInputs>("rollout/status");
export type Status = InstanceType<typeof Status>;
