import type { GitHub } from "../github/client.ts";
import { countsWith } from "../migration-lint/finding.ts";
import { lintMigrationFiles } from "../migration-lint/lint-files.ts";
import { readMigrationFiles } from "../migration-lint/migration-file.ts";
import { migrationRefusals, missingIn } from "../migration-lint/refusals.ts";
import type { MigrationPlace } from "./applied-migrations.ts";
import { appliedMigrations } from "./applied-migrations.ts";
import type { Attempt } from "./records/attempts.ts";
import { attemptsIn } from "./records/attempts.ts";
import { readRecord } from "./records/read-record.ts";
import { releaseBetween } from "./release-between.ts";

export interface LintedMigrations {
  /** Folder of the migrations, from the project's folder. */
  readonly folder: string;
  /** `rollout:migrations.approved`: destructive migrations that may run, each by name and hash. */
  readonly approved: readonly string[];
  /** Their names in the order in which they are applied. */
  readonly names: readonly string[];
}

/** Why the checkout's migrations are refused there; empty when they are not. One that ran there already is not asked. */
export async function migrationFaults(
  { folder, approved, names }: LintedMigrations,
  place: MigrationPlace & { readonly proof?: { readonly provenOn: string } },
  github: GitHub,
): Promise<readonly string[]> {
  const linted = await lintMigrationFiles(readMigrationFiles(folder, names));
  const refusals = (applied: readonly string[], attempts: readonly Attempt[] = []): readonly string[] =>
    migrationRefusals(linted, {
      environment: place.environment,
      approved,
      applied,
      between: (finding) => releaseBetween(finding, attempts),
    });
  const apart = linted.flatMap((one) => one.findings).filter(({ apartFrom }) => apartFrom);
  if (refusals([]).length === 0 && apart.length === 0) return [];
  const applied = await appliedMigrations(linted, place, github);
  const missing = missingIn(linted, { applied }).map(({ name }) => name);
  const isBetweenNeeded = apart.some(
    (finding) => missing.includes(finding.migration) && countsWith(finding, missing),
  );
  if (!isBetweenNeeded || !place.proof) return refusals(applied);
  const { provenOn } = place.proof;
  return refusals(applied, attemptsIn(await readRecord(github, { ...place, environment: provenOn })));
}
