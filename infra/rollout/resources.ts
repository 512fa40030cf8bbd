import type * as pulumi from "@pulumi/pulumi";
import type { Args } from "../dynamic/resource.ts";
import { ModuleResource } from "../dynamic/resource.ts";
import type { AfterLiveInputs } from "./providers/after-live.ts";
import type { ApiKeyInputs } from "./providers/api-key.ts";
import type { AttemptInputs } from "./providers/attempt.ts";
import type { BackupInputs } from "./providers/backup.ts";
import type { GateInputs } from "./providers/gate.ts";
import type { RehearsalInputs } from "./providers/rehearsal.ts";
import type { SmokeInputs } from "./providers/smoke.ts";
import type { StatusInputs } from "./providers/status.ts";

type Options = pulumi.CustomResourceOptions;

/** Lets a release in or refuses it, having written nothing. */
export class Gate extends ModuleResource {
  /** Of the release that it accepted last. */
  declare readonly release: pulumi.Output<string | undefined>;
  declare readonly settings: pulumi.Output<string | undefined>;
  declare readonly freeze: pulumi.Output<string | undefined>;
  constructor(name: string, args: Args<GateInputs>, opts?: Options) {
    super({ path: "rollout/gate" }, name, args, opts);
  }
}

/** Opens the record of the rollout. */
export class Attempt extends ModuleResource {
  declare readonly deploymentId: pulumi.Output<number>;
  /** Its number in the environment's record; undefined where there is none. */
  declare readonly number: pulumi.Output<number | undefined>;
  constructor(name: string, args: Args<AttemptInputs>, opts?: Options) {
    super({ path: "rollout/attempt", outputs: ["deploymentId", "number"] }, name, args, opts);
  }
}

/** A random key of the environment. Another version replaces it. */
export class ApiKey extends ModuleResource {
  /** Secret. */
  declare readonly key: pulumi.Output<string>;
  constructor(name: string, args: Args<ApiKeyInputs>, opts?: Options) {
    super({ path: "rollout/api-key", outputs: ["key"], secretOutputs: ["key"] }, name, args, opts);
  }
}

/** A copy of the database as it was before a set of migrations. */
export class Backup extends ModuleResource {
  declare readonly backupName: pulumi.Output<string>;
  constructor(name: string, args: Args<BackupInputs>, opts?: Options) {
    super({ path: "rollout/backup", outputs: ["backupBranchId", "backupName"] }, name, args, opts);
  }
}

/** Tries pending migrations on a copy of the data, with the release that is live and with the new one. */
export class Rehearsal extends ModuleResource {
  /** What was found, in one line. */
  declare readonly proof: pulumi.Output<string>;
  /** Why the release before may not work on the new schema, as migrations declare; empty where none does. */
  declare readonly oneWay: pulumi.Output<string>;
  constructor(name: string, args: Args<RehearsalInputs>, opts?: Options) {
    const secretOutputs = ["secrets", "webSecrets"];
    super({ path: "rollout/rehearsal", outputs: ["proof", "oneWay"], secretOutputs }, name, args, opts);
  }
}

/** The application's own commands between live and smoke test; they run exactly when something that is live has changed. */
export class AfterLive extends ModuleResource {
  constructor(name: string, args: Args<AfterLiveInputs>, opts?: Options) {
    super({ path: "rollout/after-live" }, name, args, opts);
  }
}

/** The smoke test; runs exactly when something that is live has changed. */
export class Smoke extends ModuleResource {
  /** What the test found, in one line with its time. */
  declare readonly proof: pulumi.Output<string>;
  constructor(name: string, args: Args<SmokeInputs>, opts?: Options) {
    const secretOutputs = ["databaseUrl", "apiKey", "protectionBypass"];
    super({ path: "rollout/smoke", outputs: ["proof"], secretOutputs }, name, args, opts);
  }
}

/** Closes the record of the rollout as a success. */
export class Status extends ModuleResource {
  constructor(name: string, args: Args<StatusInputs>, opts?: Options) {
    super({ path: "rollout/status" }, name, args, opts);
  }
}
