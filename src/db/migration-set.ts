import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** One migration as drizzle-kit wrote it. */
export interface Migration {
  /** File name without `.sql`; also what `/api/health` answers as the schema's version. */
  readonly name: string;
  /** When drizzle-kit made it, in milliseconds; the key of drizzle's own table. */
  readonly createdAt: number;
  /** sha256 of the file, as drizzle keeps it: an applied migration must never change. */
  readonly hash: string;
  /** The file. */
  readonly text: string;
  readonly statements: readonly string[];
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

interface JournalEntry {
  readonly idx: number;
  readonly when: number;
  readonly tag: string;
}

async function readJournal(file: string): Promise<readonly JournalEntry[]> {
  const journal = JSON.parse(await readFile(file, "utf8")) as { readonly entries?: unknown } | null;
  const entries: unknown = journal?.entries;
  if (!Array.isArray(entries)) throw new Error(`${file}: expected a list "entries"`);
  const faults = entries.flatMap((entry, at) => (isEntry(entry) ? [] : [`entries[${String(at)}]`]));
  if (faults.length > 0)
    throw new Error(`${file}: expected integers idx and when and a text tag in ${faults.join(", ")}`);
  return (entries as readonly JournalEntry[]).toSorted((one, other) => one.idx - other.idx);
}

function isEntry(value: unknown): value is JournalEntry {
  const { idx, when, tag } = (value ?? {}) as Partial<Record<keyof JournalEntry, unknown>>;
  return Number.isInteger(idx) && Number.isInteger(when) && typeof tag === "string";
}

/** Where the migrations of the checkout at `root` are. */
export function migrationsFolder(root: string): string {
  return join(root, "src", "db", "migrations");
}

/** Reads a folder of migrations in the order of drizzle-kit's journal. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const journalFile = join(folder, "meta", "_journal.json");
  const entries = await readJournal(journalFile);

  const listed = new Set(entries.map((entry) => `${entry.tag}.sql`));
  const strays = (await readdir(folder)).filter((file) => file.endsWith(".sql") && !listed.has(file));
  if (strays.length > 0) {
    throw new Error(
      `${strays.join(", ")}: not in ${journalFile}, so it would never be applied. ` +
        "Make migrations with: npm run db:generate (own SQL: -- --custom --name NAME)",
    );
  }

  return Promise.all(
    entries.map(async (entry) => {
      // The same migration has one hash on every machine, whatever ends the lines of its checkout.
      const text = (await readFile(join(folder, `${entry.tag}.sql`), "utf8")).replaceAll("\r\n", "\n");
      return {
        name: entry.tag,
        createdAt: entry.when,
        hash: sha256(text),
        text,
        statements: text.split("--> statement-breakpoint").filter((statement) => statement.trim() !== ""),
      };
    }),
  );
}
