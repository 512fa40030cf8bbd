import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { MigrationFile } from "@rollout/infra/migration-lint/migration-file";
import { readMigrationFiles } from "@rollout/infra/migration-lint/migration-file";
import { setDigest } from "@rollout/infra/rollout/applied-migrations";
import type { DeclaredApplication } from "../settings/application.ts";

/** What a release brings for its database. */
export interface MigrationSet {
  /** sha256 over names and contents, in order. */
  readonly digest: string;
  readonly names: readonly string[];
}

type WithMigrations = { readonly database: Pick<DeclaredApplication["database"], "migrations"> };

/**
 * The migrations of the checkout at `root`, in the order in which they are applied: that of `meta/_journal.json`, as drizzle-kit
 * writes it, else of their names. The one list that there is: lint, gate, rehearsal and preview get it, or its names.
 */
export async function migrationsIn(
  root: string,
  { database }: WithMigrations,
): Promise<readonly MigrationFile[]> {
  const folder = join(root, database.migrations);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql"));
  const names = await orderOf(folder, files.map((file) => file.slice(0, -4)).toSorted());
  return readMigrationFiles(folder, names);
}

/** The same, as a release is known by them. */
export async function migrationSet(root: string, application: WithMigrations): Promise<MigrationSet> {
  const migrations = await migrationsIn(root, application);
  return { digest: setDigest(migrations), names: migrations.map(({ name }) => name) };
}

async function orderOf(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const file = join(folder, "meta", "_journal.json");
  if (!existsSync(file)) return names;
  const listed = await journalNames(file);
  const strays = names.filter((name) => !listed.includes(name)).map((name) => `${name}.sql`);
  if (strays.length > 0)
    throw new Error(
      `${strays.join(", ")}: not in ${file}, so it would never be applied. ` +
        "Make migrations with: npm run db:generate (own SQL: -- --custom --name NAME)",
    );
  return listed;
}

interface JournalEntry {
  readonly idx: number;
  readonly tag: string;
}

/** Without a schema library: every command loads this module, and to load one takes longer than all the rest of it. */
async function journalNames(file: string): Promise<readonly string[]> {
  const journal = JSON.parse(await readFile(file, "utf8")) as { readonly entries?: unknown } | null;
  const entries: unknown = journal?.entries;
  if (!Array.isArray(entries)) throw new Error(`${file}: expected a list "entries"`);
  const faults = entries.flatMap((entry, at) => (isEntry(entry) ? [] : [`entries[${String(at)}]`]));
  if (faults.length > 0)
    throw new Error(`${file}: expected an integer idx and a text tag in ${faults.join(", ")}`);
  return (entries as readonly JournalEntry[])
    .toSorted((one, other) => one.idx - other.idx)
    .map(({ tag }) => tag);
}

function isEntry(value: unknown): value is JournalEntry {
  const { idx, tag } = (value ?? {}) as Partial<Record<keyof JournalEntry, unknown>>;
  return Number.isInteger(idx) && typeof tag === "string";
}
