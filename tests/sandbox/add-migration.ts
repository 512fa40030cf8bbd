import type { Checkout } from "./checkout.ts";

const journalFile = "src/db/migrations/meta/_journal.json";

interface Journal {
  readonly entries: readonly { readonly idx: number; readonly when: number; readonly tag: string }[];
}

/** Adds a migration to the checkout, after all that are there; one of the same tag is replaced. */
export function addMigration(checkout: Checkout, tag: string, ...lines: readonly string[]): void {
  checkout.write(`src/db/migrations/${tag}.sql`, `${lines.join("\n")}\n`);
  const journal = JSON.parse(checkout.read(journalFile)) as Journal;
  const entries = journal.entries.filter((entry) => entry.tag !== tag);
  const last = entries.at(-1);
  if (!last) throw new Error("the journal is empty");
  const entry = { ...last, idx: entries.length, when: last.when + 1000, tag };
  checkout.write(journalFile, JSON.stringify({ ...journal, entries: [...entries, entry] }));
}
