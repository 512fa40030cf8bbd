import { createHash } from "node:crypto";
import { z } from "zod";
import type { GitHub } from "../github/client.ts";
import { recordedAttempts, stateOf } from "./record.ts";
import { attemptsIn, isGood } from "./records/attempts.ts";
import type { RecordPlace } from "./records/chain.ts";
import { readRecord } from "./records/read-record.ts";

export type MigrationPlace = RecordPlace;

export interface NamedMigration {
  readonly name: string;
  /** sha256 of its file. */
  readonly hash: string;
}

/**
 * Names of the migrations that the environment has, by its own record: those of every release that users had. Their place in
 * the journal proves nothing: of two branches with the same number the one that is merged second may stand first.
 *
 * @param migrations The checkout's, in the order of the journal.
 */
export async function appliedMigrations(
  migrations: readonly NamedMigration[],
  place: MigrationPlace,
  github: GitHub,
): Promise<readonly string[]> {
  const chain = attemptsIn(await readRecord(github, place));
  if (chain.length > 0)
    return [...new Set(chain.filter(isGood).flatMap(({ composition }) => composition.migrations.names))];
  if (place.records[place.environment] !== undefined) return [];
  // The environment of a pull request has deployments alone, which name the complete set.
  return beginningWith(await lastDigest(place, github), migrations) ?? [];
}

/** Names of the beginning of the set that has this digest, as a release has it; undefined where none has. */
export function beginningWith(
  digest: string | undefined,
  migrations: readonly NamedMigration[],
): readonly string[] | undefined {
  const counts = Array.from({ length: migrations.length + 1 }, (_, count) => count);
  const found = counts.find((count) => setDigest(migrations.slice(0, count)) === digest);
  return found === undefined ? undefined : migrations.slice(0, found).map(({ name }) => name);
}

/** Digest of a set of migrations, as a release is known by it. */
export function setDigest(migrations: readonly NamedMigration[]): string {
  const text = migrations.map(({ name, hash }) => `${name} ${hash}\n`).join("");
  return createHash("sha256").update(text).digest("hex");
}

/** How many attempts are looked through for one that succeeded. */
const horizon = 20;

const payload = z.object({ migrations: z.object({ digest: z.string() }) });

async function lastDigest(place: MigrationPlace, github: GitHub): Promise<string | undefined> {
  for (const record of await recordedAttempts(github, place, place.environment, horizon))
    if ((await stateOf(github, place, record.deploymentId)) === "success")
      return payload.safeParse(record.payload).data?.migrations.digest;
  return undefined;
}
