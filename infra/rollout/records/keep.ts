import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { noteReceipt } from "../record.ts";
import type { Added, RecordWriter } from "./append.ts";
import { append } from "./append.ts";
import type { Adopted, Begun, Ended, Noted } from "./entry.ts";
import type { Anchor, SeenEntry } from "./verify.ts";

/** What the chain itself gives every entry. */
type Placed = "schema" | "kind" | "attempt" | "at" | "previous" | "entry" | "environment";

/** Enters that an attempt begins. */
export async function enterBegin(writer: RecordWriter, begun: Omit<Begun, Placed>): Promise<Added> {
  const added = await append(writer, () => ({ kind: "begun", at: new Date().toISOString(), ...begun }));
  if (!added) throw new Error("Internal error: the beginning of an attempt was not entered");
  return added;
}

/** Enters that the environment's stack has taken over what existed. */
export async function enterAdopted(
  writer: RecordWriter,
  adopted: Pick<Adopted, "by" | "names">,
): Promise<void> {
  await append(writer, () => ({
    kind: "adopted",
    at: new Date().toISOString(),
    by: adopted.by,
    names: adopted.names,
  }));
}

/**
 * Enters what has happened to an environment since its newest attempt ended. Nothing is entered where there is no record, an
 * attempt runs, or the newest entry has the same already.
 */
export async function enterNote(
  writer: RecordWriter,
  noted: Pick<Noted, "by" | "event" | "description" | "load">,
): Promise<void> {
  await append(writer, (newest) => {
    if (!newest || newest.kind === "begun") return undefined;
    const isSame = newest.kind === "noted" && newest.event === noted.event;
    if (isSame && newest.description === noted.description) return undefined;
    return { kind: "noted", at: new Date().toISOString(), ...noted };
  });
}

/** How the record describes an attempt that was killed: the next one closes it. */
export const unendedText = "ended without a result";

/** How an attempt ended. */
export type End = Omit<Ended, Placed>;

/**
 * Enters how the attempt that runs has ended, and notes the entry's hash in its deployment. The first end counts: where
 * several steps failed, and where an answer was lost, nothing is entered twice.
 *
 * @param isMeant whether the attempt that runs is the one that has ended: another may have begun since.
 * @returns whether the attempt is known to have ended, false when another one runs; and what was added.
 */
export async function enterEnd(
  writer: RecordWriter,
  end: End,
  isMeant: (running: Begun) => boolean,
): Promise<{ readonly hasEnded: boolean; readonly added?: Added | undefined }> {
  const seen: { running?: Begun | undefined } = {};
  const added = await append(writer, (newest) => {
    seen.running = newest?.kind === "begun" ? newest : undefined;
    if (!seen.running || !isMeant(seen.running)) return undefined;
    const { attempt } = seen.running;
    return { kind: "ended", attempt, at: new Date().toISOString(), ...end };
  });
  // A deployment may have been deleted.
  if (added && seen.running)
    await ignoreNotFound(
      noteReceipt(writer.github, writer.place, seen.running.deployment, recordReceipt(added.anchor)),
    );
  return { hasEnded: added !== undefined || seen.running === undefined, added };
}

/** What a deployment keeps of its attempt's last entry. */
export function recordReceipt({ hash, sha }: SeenEntry): string {
  return `record ${hash} ${sha}`;
}

/** The entry in a receipt; none in another text. */
export function receiptAnchor(description: string): Pick<Anchor, "hash" | "sha"> | undefined {
  const [, hash = "", sha] = /^record ([0-9a-f]{64})(?: ([0-9a-f]{40}))?$/.exec(description) ?? [];
  return hash === "" ? undefined : { hash, sha };
}
