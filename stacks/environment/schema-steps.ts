import * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDatabase } from "@rollout/infra/neon/environment-database";
import { Migration } from "@rollout/infra/rollout/migration";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { sourcesOf } from "@rollout/infra/rollout/records/entry";
import { Backup, Rehearsal } from "@rollout/infra/rollout/resources";
import { migrationsFolder } from "../release/candidate.ts";
import type { EnvironmentKind } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";
import { smokeTest } from "../smoke-test.ts";

/** Longest time that migrations of one release may take, in seconds. */
const migrationLimit = 600;
/** Longest time that a rehearsal of them may take with both releases, in seconds. */
const rehearsalLimit = 900;

export interface SchemaStepsArgs {
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  readonly composition: Composition;
  /** Whether the release is an earlier one: what it brought for the database is there, and what came after it stays. */
  readonly isReturn: boolean;
  readonly database: EnvironmentDatabase;
  /** Secret. What the workers are given beside their variables. */
  readonly workerSecrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** Secret. The same of the web. */
  readonly webSecrets: Readonly<Record<string, pulumi.Input<string>>>;
}

export interface SchemaSteps {
  readonly migration: Migration;
  /** None for a preview's environment. */
  readonly rehearsal: Rehearsal | undefined;
}

/** backup → rehearsal → migration. Nobody restores a preview, and a branch that expires can have no children. */
export function declareSchemaSteps(args: SchemaStepsArgs): SchemaSteps {
  const { composition, isReturn, database, kind } = args;
  const before = kind.pullRequest === undefined ? keepAndTry(args) : undefined;
  const migration = new Migration(
    "migration",
    {
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
      database: settings.neon.database,
      role: settings.neon.role,
      applicationRole: database.applicationRoleName,
      compute: settings.neon.compute,
      migrations: composition.migrations,
      folder: migrationsFolder,
      sources: sourcesOf(composition),
      keepsData: kind.keepsData,
      variables: composition.variables,
      secrets: pulumi.secret(args.workerSecrets),
      ...(Object.keys(args.webSecrets).length === 0 ? {} : { webSecrets: pulumi.secret(args.webSecrets) }),
      smokeTest,
      waitSeconds: rehearsalLimit,
    },
    { dependsOn: [backup, database.applicationRole], ...asItWas },
  );
  return { backup, rehearsal };
}
