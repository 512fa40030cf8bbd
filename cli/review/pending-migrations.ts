import type { NamedMigration } from "@rollout/infra/rollout/applied-migrations";
import { beginningWith } from "@rollout/infra/rollout/applied-migrations";
import { unknownValue } from "../engine/preview-report.ts";
import type { Step } from "./plan.ts";

/** What a rollout would migrate. */
export type Pending =
  | { readonly kind: "none" }
  | {
      readonly kind: "some";
      readonly names: readonly string[];
      /** Those of them that stand before one that has run: where two branches were merged. */
      readonly late?: readonly string[];
    }
  /** The database was migrated by a set that nothing here names. */
  | { readonly kind: "other" };

const migrationStep = "command:local:Command";

/** The migrations of the checkout that the database does not have yet, by the set that ran last. */
export function pendingMigrations(migrations: readonly NamedMigration[], steps: readonly Step[]): Pending {
  const step = steps.find(({ type, name }) => type === migrationStep && name === "migration");
  return step ? pendingAfter(setDigestOf(step), migrations, lastSet(steps)) : { kind: "none" };
}

/** A set of migrations, as the state names it. */
export interface KnownSet {
  readonly digest: string;
  readonly names: readonly string[];
}

/**
 * @param ran Digest of the set that ran last; undefined for a new database.
 * @param last The set of the attempt before, which names what ran where it is the same.
 */
export function pendingAfter(
  ran: string | undefined,
  migrations: readonly NamedMigration[],
  last?: KnownSet,
): Pending {
  const names = migrations.map(({ name }) => name);
  if (ran === undefined) return { kind: "some", names };
  const done = last?.digest === ran ? last.names : beginningWith(ran, migrations);
  if (done === undefined) return { kind: "other" };
  const pending = names.filter((name) => !done.includes(name));
  if (pending.length === 0) return { kind: "none" };
  const newest = Math.max(...done.map((name) => names.indexOf(name)));
  const late = pending.filter((name) => names.indexOf(name) < newest);
  return { kind: "some", names: pending, ...(late.length > 0 ? { late } : {}) };
}

/** The set of the attempt that the state holds. */
function lastSet(steps: readonly Step[]): KnownSet | undefined {
  const attempt = steps.find(({ type }) => type.endsWith("rollout:Attempt"));
  const { migrations } = (attempt?.before?.["composition"] ?? {}) as {
    readonly migrations?: Partial<KnownSet>;
  };
  return migrations?.digest !== undefined && Array.isArray(migrations.names)
    ? { digest: migrations.digest, names: migrations.names }
    : undefined;
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
