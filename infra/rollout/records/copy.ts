import type { Link } from "./chain.ts";
import { entryHash, parseEntry } from "./entry.ts";
import type { RecordTrusts } from "./signature.ts";
import { verifyRecord } from "./verify.ts";

/** The end of a record as a stack's state keeps it, for when GitHub does not answer. */
export interface RecordCopy {
  /** Number of its oldest entry in the record. */
  readonly first: number;
  /** The very texts, newest first. */
  readonly entries: readonly string[];
}

/** Entries of some twenty rollouts, a few kilobytes each: what is older is no release that is restored in a hurry. */
const most = 40;

/** A copy of what was verified. @param chain newest first. */
export function copyOf(chain: readonly Pick<Link, "message">[]): RecordCopy {
  const entries = chain.slice(0, most).map(({ message }) => message);
  return { first: chain.length - entries.length + 1, entries };
}

/** The copy with further entries, oldest first; undefined where one does not follow, since another was entered in between. */
export function extended(copy: RecordCopy, ...messages: readonly string[]): RecordCopy | undefined {
  let { first, entries } = copy;
  for (const message of messages) {
    const [newest] = entries;
    if (parseEntry(message)?.previous !== (newest === undefined ? "" : entryHash(newest))) return undefined;
    entries = [message, ...entries];
  }
  first += Math.max(0, entries.length - most);
  entries = entries.slice(0, most);
  return { first, entries };
}

/** A copy of which nothing is read: the state may have been changed as GitHub may. */
export class CopyRefused extends Error {
  override readonly name = "CopyRefused";
}

/**
 * Reads a copy as `readRecord` reads the record: each entry counts by its signature, number and environment, and holds the hash
 * of the one before.
 *
 * @throws CopyRefused that lists what is wrong.
 */
export function readCopy(
  { first, entries }: RecordCopy,
  { environment, records }: { readonly environment: string; readonly records: RecordTrusts },
): readonly Link[] {
  const shaOf = (message: string): string => entryHash(message).slice(0, 40);
  const chain = entries.map((message, index): Link => {
    const before = entries[index + 1];
    return {
      sha: shaOf(message),
      parents: before === undefined ? [] : [shaOf(before)],
      message,
      entry: parseEntry(message),
    };
  });
  const { faults } = verifyRecord(chain, { environment, trust: records[environment], first });
  if (faults.length === 0) return chain;
  throw new CopyRefused(
    [
      `the copy of ${environment}'s record in the stack's state is refused, and nothing is taken from it:`,
      ...faults.slice(0, 5).map((fault) => `  ${fault}`),
    ].join("\n"),
  );
}
