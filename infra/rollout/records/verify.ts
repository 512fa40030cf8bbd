import type { Link } from "./chain.ts";
import { entryHash } from "./entry.ts";

/** What an anchor outside of the chain says: the hash of an attempt's last entry. */
export type Anchors = ReadonlyMap<number, string>;

/**
 * Everything in a record that is not as it was written, newest first; empty when nothing is. Each entry holds the hash
 * of the one before, which tells of a changed byte in any but the newest; for that one speaks what GitHub's deployment
 * was told of it.
 */
export function recordFaults(chain: readonly Link[], anchors: Anchors): readonly string[] {
  return chain.flatMap((link, index) => {
    const { sha, entry, message, parents } = link;
    const before = chain[index + 1];
    const name = `entry ${sha.slice(0, 12)}`;
    if (!entry) return [`${name} is no entry of a record: ${JSON.stringify(message.slice(0, 60))}`];
    const described = `${name} (#${String(entry.attempt)} ${entry.kind})`;
    const expected = before ? entryHash(before.message) : "";
    const anchor = anchors.get(entry.attempt);
    return [
      ...(entry.previous === expected
        ? []
        : before
          ? [
              `entry ${before.sha.slice(0, 12)} is not what ${described} was written behind: its hash is ${short(expected)} instead of ${short(entry.previous)}`,
            ]
          : [`${described} is the first that is left, and was written behind ${short(entry.previous)}`]),
      ...(parents.length === (before ? 1 : 0) && parents[0] === before?.sha
        ? []
        : [
            `${described} has the parents ${parents.join(", ") || "none"} instead of ${before?.sha ?? "none"}`,
          ]),
      ...(entry.kind === "ended" && anchor !== undefined && anchor !== entryHash(message)
        ? [`${described} has the hash ${short(entryHash(message))}, and its deployment has ${short(anchor)}`]
        : []),
    ];
  });
}

function short(hash: string): string {
  return hash === "" ? "nothing" : hash.slice(0, 12);
}
