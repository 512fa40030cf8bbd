import type { GitHub, Repository } from "../../github/client.ts";
import { orGone } from "../../shared/or-gone.ts";
import { noteReceipt } from "../record.ts";
import { append, newest } from "./chain.ts";
import type { Begun, Ended } from "./entry.ts";

/** Enters that an attempt begins; gives its number. */
export async function enterBegin(
  github: GitHub,
  place: Repository,
  begun: Omit<Begun, "schema" | "kind" | "attempt" | "at" | "previous">,
): Promise<number> {
  const at = { ...place, environment: begun.environment };
  const { attempt } = await append(github, at, begun.commit, {
    schema: 1,
    kind: "begun",
    at: new Date().toISOString(),
    ...begun,
  });
  return attempt;
}

/** How an attempt ended. */
export type End = Omit<Ended, "schema" | "kind" | "attempt" | "at" | "previous">;

/**
 * Enters how the attempt that runs has ended, and tells its deployment the entry's hash. The first end counts: where
 * several steps failed, and where an answer was lost, nothing is entered twice.
 *
 * @returns the attempt's number; none where no attempt runs.
 */
export async function enterEnd(
  github: GitHub,
  place: Repository & { readonly environment: string },
  tree: string,
  end: End,
): Promise<number | undefined> {
  const found = await newest(github, place);
  if (found?.entry.kind !== "begun") return undefined;
  const { attempt, deployment } = found.entry;
  const { hash } = await append(github, place, tree, {
    schema: 1,
    kind: "ended",
    attempt,
    at: new Date().toISOString(),
    ...end,
  });
  // A deployment that somebody deleted is told nothing.
  await orGone(noteReceipt(github, place, deployment, recordReceipt(hash)));
  return attempt;
}

const receipt = "record ";

/** What a deployment is told of its attempt's last entry. */
function recordReceipt(hash: string): string {
  return `${receipt}${hash}`;
}

/** The hash in a receipt; none in other words. */
export function receiptHash(description: string): string | undefined {
  return description.startsWith(receipt) ? description.slice(receipt.length) : undefined;
}
