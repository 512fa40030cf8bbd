import type { GitHub, Repository } from "../../github/client.ts";
import { orGone } from "../../shared/or-gone.ts";
import { noteReceipt } from "../record.ts";
import { append } from "./chain.ts";
import type { Adopted, Begun, Ended, Noted } from "./entry.ts";

/** Enters that an attempt begins; gives its number. */
export async function enterBegin(
  github: GitHub,
  place: Repository,
  begun: Omit<Begun, "schema" | "kind" | "attempt" | "at" | "previous">,
): Promise<number> {
  const at = { ...place, environment: begun.environment };
  const added = await append(github, at, () => ({
    schema: 2,
    kind: "begun",
    at: new Date().toISOString(),
    ...begun,
  }));
  if (!added) throw new Error("Internal error: the beginning of an attempt was not entered");
  return added.entry.attempt;
}

/** Enters that the environment's stack has taken over what existed. */
export async function enterAdopted(
  github: GitHub,
  place: Repository & { readonly environment: string },
  adopted: Pick<Adopted, "by" | "names">,
): Promise<void> {
  await append(github, place, () => ({
    schema: 2,
    kind: "adopted",
    at: new Date().toISOString(),
    by: adopted.by,
    names: adopted.names,
  }));
}

/**
 * Enters what has happened to an environment since its newest attempt ended. Nothing is entered where there is no record, an
 * attempt runs, or the newest entry says the same already.
 */
export async function enterNote(
  github: GitHub,
  place: Repository & { readonly environment: string },
  noted: Pick<Noted, "by" | "event" | "description">,
): Promise<void> {
  await append(github, place, (newest) => {
    if (!newest || newest.kind === "begun") return undefined;
    const isSame = newest.kind === "noted" && newest.event === noted.event;
    if (isSame && newest.description === noted.description) return undefined;
    return { schema: 2, kind: "noted", at: new Date().toISOString(), ...noted };
  });
}

/** How an attempt ended. */
export type End = Omit<Ended, "schema" | "kind" | "attempt" | "at" | "previous">;

/**
 * Enters how the attempt that runs has ended, and tells its deployment the entry's hash. The first end counts: where
 * several steps failed, and where an answer was lost, nothing is entered twice.
 *
 * @param isMeant whether the attempt that runs is the one that has ended: another may have begun since.
 * @returns whether the attempt is known to have ended: false when another one runs.
 */
export async function enterEnd(
  github: GitHub,
  place: Repository & { readonly environment: string },
  end: End,
  isMeant: (running: Begun) => boolean,
): Promise<boolean> {
  const seen: { running?: Begun | undefined } = {};
  const added = await append(github, place, (newest) => {
    seen.running = newest?.kind === "begun" ? newest : undefined;
    if (!seen.running || !isMeant(seen.running)) return undefined;
    const { attempt } = seen.running;
    return { schema: 2, kind: "ended", attempt, at: new Date().toISOString(), ...end };
  });
  // A deployment that somebody deleted is told nothing.
  if (added && seen.running)
    await orGone(noteReceipt(github, place, seen.running.deployment, recordReceipt(added.hash)));
  return added !== undefined || seen.running === undefined;
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
