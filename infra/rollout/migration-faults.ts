import type { GitHub } from "../github/client.ts";
import { countsWith } from "../migration-lint/finding.ts";
import { lintMigrationFiles } from "../migration-lint/lint-files.ts";
import { readMigrationFiles } from "../migration-lint/migration-file.ts";
import { declarations, migrationRefusals, missingIn } from "../migration-lint/refusals.ts";
import type { Reviewed } from "./approval.ts";
import { findApproval, noteApproval } from "./approval.ts";
import type { MigrationPlace } from "./applied-migrations.ts";
import { appliedMigrations, setDigest } from "./applied-migrations.ts";
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
  /** Whose approval destructive and one-way ones require in addition; absent where none is named. */
  readonly reviewed?: Reviewed;
}

/** Why the checkout's migrations are refused there; empty when they are not. One that ran there already is not asked. */
export async function migrationFaults(
  { folder, approved, names, reviewed }: LintedMigrations,
  place: MigrationPlace & { readonly commit: string; readonly proof?: { readonly provenOn: string } },
  github: GitHub,
): Promise<readonly string[]> {
  noteApproval(undefined);
  const linted = await lintMigrationFiles(readMigrationFiles(folder, names));
  const refusals = (applied: readonly string[], attempts: readonly Attempt[] = []): readonly string[] =>
    migrationRefusals(linted, {
      environment: place.environment,
      approved,
      applied,
      between: (finding) => releaseBetween(finding, attempts),
    });
  const apart = linted.flatMap((one) => one.findings).filter(({ apartFrom }) => apartFrom);
  const declared = reviewed ? linted.filter((one) => declarations(one).length > 0) : [];
  if (refusals([]).length === 0 && apart.length === 0 && declared.length === 0) return [];
  const applied = await appliedMigrations(linted, place, github);
  const missing = missingIn(linted, { applied }).map(({ name }) => name);
  const toApprove = declared.map(({ name }) => name).filter((name) => missing.includes(name));
  const unapproved: string[] = [];
  if (reviewed && toApprove.length > 0) {
    const found = await findApproval(
      { ...place, ...reviewed, digest: setDigest(linted), names: toApprove },
      github,
    );
    if (found.fault === undefined) noteApproval(found.approval);
    else unapproved.push(found.fault);
  }
  const isBetweenNeeded = apart.some(
    (finding) => missing.includes(finding.migration) && countsWith(finding, missing),
  );
  if (!isBetweenNeeded || !place.proof) return [...refusals(applied), ...unapproved];
  const { provenOn } = place.proof;
  const attempts = attemptsIn(await readRecord(github, { ...place, environment: provenOn }));
  return [...refusals(applied, attempts), ...unapproved];
}
