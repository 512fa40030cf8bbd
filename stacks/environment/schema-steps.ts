import * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDatabase } from "@rollout/infra/neon/environment-database";
import { Migration } from "@rollout/infra/rollout/migration";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { sourcesOf } from "@rollout/infra/rollout/records/entry";
import { Backup, Rehearsal } from "@rollout/infra/rollout/resources";
import type { EnvironmentKind } from "../environments.ts";
import { recordTrusts } from "../settings/record-trusts.ts";
import { declarationFiles } from "../settings/declared-variables.ts";
import type { Settings } from "../settings/schema.ts";
import type { DeclaredApplication } from "../settings/application.ts";
import { rehearsedApplication, smokeCommand } from "../settings/application-commands.ts";
import type { Receiver } from "../settings/own-variables.ts";

/** Longest time that migrations of one release may take, in seconds. */
const migrationLimit = 600;
/** Longest time that a rehearsal of them may take with both releases, in seconds. */
const rehearsalLimit = 900;

export interface SchemaStepsArgs {
  readonly application: DeclaredApplication;
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  readonly composition: Composition;
  /** Whether the release is an earlier one: what it brought for the database is there, and what came after it stays. */
  readonly isReturn: boolean;
  readonly database: EnvironmentDatabase;
  /** Secret. What web and workers are given in addition to their variables. */
  readonly secrets: Readonly<Record<Receiver, Readonly<Record<string, pulumi.Input<string>>>>>;
}

export interface SchemaSteps {
  readonly migration: Migration;
  /** None for a preview's environment. */
  readonly rehearsal: Rehearsal | undefined;
}

/** backup → rehearsal → migration. A preview is never restored, and a branch that expires can have no children. */
export function declareSchemaSteps(args: SchemaStepsArgs): SchemaSteps {
  const { composition, isReturn, database, kind } = args;
  const before = kind.pullRequest === undefined ? keepAndTry(args) : undefined;
  const migration = new Migration(
    "migration",
    {
      command: args.application.database.migrate,
      databaseUrl: database.directUrl,
      branchId: database.branchId,
      databaseId: database.databaseId,
      migrations: composition.migrations.digest,
      waitSeconds: migrationLimit,
      isPast: isReturn,
    },
    { dependsOn: [...(before ? [before.rehearsal, before.backup] : []), database.applicationRole] },
  );
  return { migration, rehearsal: before?.rehearsal };
}

function keepAndTry(args: SchemaStepsArgs): { readonly backup: Backup; readonly rehearsal: Rehearsal } {
  const { settings, kind, composition, isReturn, database } = args;
  const { environment } = kind;
  const records = recordTrusts(kind, settings);
  const asItWas = isReturn ? { ignoreChanges: ["migrations"] } : {};
  const place = { environment, projectId: database.projectId, branchId: database.branchId };
  const backup = new Backup(
    "backup",
    { ...place, migrations: composition.migrations.digest, ...settings.neon.backups },
    asItWas,
  );
  const rehearsal = new Rehearsal(
    "rehearsal",
    {
      owner: settings.github.owner,
      repository: settings.github.repository,
      ...place,
      ...(records ? { records } : {}),
      database: settings.neon.database,
      role: settings.neon.role,
      applicationRole: database.applicationRoleName,
      compute: settings.neon.compute,
      migrations: composition.migrations,
      folder: args.application.database.migrations,
      application: rehearsedApplication(args.application),
      sources: sourcesOf(composition),
      keepsData: kind.keepsData,
      variables: composition.variables,
      declaredIn: declarationFiles(pulumi.getStack()),
      secrets: pulumi.secret(args.secrets.workers),
      ...(Object.keys(args.secrets.web).length === 0 ? {} : { webSecrets: pulumi.secret(args.secrets.web) }),
      smokeTest: smokeCommand(args.application, settings.smoke.suite),
      waitSeconds: rehearsalLimit,
    },
    { dependsOn: [backup, database.applicationRole], ...asItWas },
  );
  return { backup, rehearsal };
}
