import { createHash } from "node:crypto";
import type { Migration } from "../../src/db/migration-set.ts";
import { migrationsFolder, readMigrations } from "../../src/db/migration-set.ts";
import { unknownValue } from "../engine/preview-report.ts";
import type { Step } from "./plan.ts";

/** What a rollout would migrate. */
export type Pending =
  | { readonly kind: "none" }
  | { readonly kind: "some"; readonly names: readonly string[] }
  /** The checkout has fewer migrations than the database, or others: an older release runs none. */
  | { readonly kind: "other" };

const migrationStep = "command:local:Command";

/** The migrations of the checkout that the database does not have yet, by the digest of the set that ran last. */
export async function pendingMigrations(root: string, steps: readonly Step[]): Promise<Pending> {
  const step = steps.find(({ type, name }) => type === migrationStep && name === "migration");
  return step
    ? pendingAfter(setDigestOf(step), await readMigrations(migrationsFolder(root)))
    : { kind: "none" };
}

/** @param ran Digest of the set that ran last; undefined for a new database. */
export function pendingAfter(
  ran: string | undefined,
  migrations: readonly Pick<Migration, "name" | "hash">[],
): Pending {
  const names = migrations.map(({ name }) => name);
  if (ran === undefined) return { kind: "some", names };
  const counts = Array.from({ length: migrations.length + 1 }, (_, count) => count);
  // A release adds to the end, so what ran is the set's beginning.
  const done = counts.find((count) => digestOf(migrations.slice(0, count)) === ran);
  if (done === undefined) return { kind: "other" };
  return done === names.length ? { kind: "none" } : { kind: "some", names: names.slice(done) };
}

/** As `migrationSet` makes it of the whole. */
function digestOf(migrations: readonly Pick<Migration, "name" | "hash">[]): string {
  const text = migrations.map(({ name, hash }) => `${name} ${hash}\n`).join("");
  return createHash("sha256").update(text).digest("hex");
}

/** The last of the triggers; a step whose database is another one begins with an empty one. */
function setDigestOf({ before, after, operation }: Step): string | undefined {
  const [old, next] = [triggersOf(before), triggersOf(after)];
  if (operation === "create" || old.length < 3) return undefined;
  const isSameDatabase = [0, 1].every((index) => isSame(old[index], next[index]));
  const digest = old[2];
  return isSameDatabase && typeof digest === "string" ? digest : undefined;
}

function triggersOf(inputs: Step["before"]): readonly unknown[] {
  const triggers = inputs?.["triggers"];
  return Array.isArray(triggers) ? triggers : [];
}

/** What is not known yet is mostly what it was. */
function isSame(old: unknown, next: unknown): boolean {
  return old === next || next === unknownValue;
}
