import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { GitHub, Repository } from "../github/client.ts";
import { oneWayOf } from "../migration-lint/header.ts";
import { lintMigrations } from "../migration-lint/lint-migration.ts";
import { migrationRefusals } from "../migration-lint/refusals.ts";
import { recordedAttempts, stateOf } from "./record.ts";

export interface LintedMigrations {
  /** Folder of the migrations, from the project's folder. */
  readonly folder: string;
  /** `atlaris:migrations.approved`: destructive migrations that somebody let through, each by name and hash. */
  readonly approved: readonly string[];
}

export interface MigrationPlace extends Repository {
  readonly environment: string;
}

/** Why the checkout's migrations are refused there; empty when they are not. One that ran there already is not asked. */
export async function migrationFaults(
  { folder, approved }: LintedMigrations,
  place: MigrationPlace,
  github: GitHub,
): Promise<readonly string[]> {
  const migrations = readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({ name: file.slice(0, -".sql".length), sql: readFileSync(join(folder, file), "utf8") }));
  const findings = await lintMigrations(migrations);
  const linted = migrations.map(({ name, sql }, index) => ({
    name,
    hash: createHash("sha256").update(sql).digest("hex"),
    findings: findings[index] ?? [],
    ...oneWayOf(sql),
  }));
  const refusals = (applied: readonly string[]): readonly string[] =>
    migrationRefusals(linted, { environment: place.environment, approved, applied });
  if (refusals([]).length === 0) return [];
  const newest = await newestApplied(place, github);
  const names = migrations.map(({ name }) => name);
  return refusals(names.slice(0, names.indexOf(newest) + 1));
}

/** How many attempts are looked through for one that succeeded. */
const horizon = 20;

const payload = z.object({ migrations: z.object({ newest: z.string() }) });

/** The newest migration of the environment's last good release; empty where there is none. */
async function newestApplied(place: MigrationPlace, github: GitHub): Promise<string> {
  for (const record of await recordedAttempts(github, place, place.environment, horizon))
    if ((await stateOf(github, place, record.deploymentId)) === "success")
      return payload.safeParse(record.payload).data?.migrations.newest ?? "";
  return "";
}
