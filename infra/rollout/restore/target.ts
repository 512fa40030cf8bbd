import type { Copy, Restorable } from "./restorable.ts";
import { stamp, stampedTime } from "../../neon/branch-names.ts";

/** What the database is restored to. */
export type Target =
  | { readonly kind: "time"; readonly at: Date }
  /** A moment of the branch's own history, by the place in its log that a copy of it was taken at. */
  | { readonly kind: "place"; readonly lsn: string; readonly copy: Copy }
  | { readonly kind: "copy"; readonly copy: Copy };

/** A target that cannot be had; the message has the reason. What can be had is for the caller to report. */
export class NoSuchTarget extends Error {
  override readonly name = "NoSuchTarget";
}

/** The word for the newest backup, whatever it is called. */
export const lastBackup = "last-backup";

const unit = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const ago = /^(\d{1,6})([smhd])$/;
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * Finds what is meant: the name of a copy, `last-backup`, a time (RFC 3339), or how long ago (`90s`, `20m`, `3h`, `2d`).
 *
 * @throws NoSuchTarget
 */
export function targetOf(text: string, restorable: Restorable, now: Date): Target {
  const time = timeOf(text, now);
  const [last] = restorable.unproven;
  const begun = last && stampedTime(last.target);
  if (time && begun) {
    // What was restored has a history of its own, which begins after that time.
    if (last.target === stamp(time)) return { kind: "time", at: time };
    if (ago.test(text))
      throw new NoSuchTarget(
        `A restore to ${begun.toISOString()} was begun, and ${text} ago is another time by now. Continue with that time, or name another one in full.`,
      );
  }
  if (time) return atTime(time, restorable, now);
  const copy =
    text === lastBackup
      ? restorable.copies.find(({ kind }) => kind === "backup")
      : [...restorable.copies, ...restorable.unproven.map((each) => each.copy)].find(
          ({ name }) => name === text,
        );
  if (!copy)
    throw new NoSuchTarget(
      text === lastBackup
        ? "There is no backup."
        : `${JSON.stringify(text)} is no backup that is there, no time (2026-03-01T12:00:00Z) and no time ago (20m).`,
    );
  // A root branch that is restored from another one becomes its child and has no history to go back in any more.
  return restorable.historyFrom !== undefined &&
    copy.lsn !== undefined &&
    copy.parentId === restorable.branchId &&
    copy.madeAt >= restorable.historyFrom
    ? { kind: "place", lsn: copy.lsn, copy }
    : { kind: "copy", copy };
}

function timeOf(text: string, now: Date): Date | undefined {
  const [, count, letter] = ago.exec(text) ?? [];
  if (count !== undefined)
    return new Date(now.getTime() - Number(count) * unit[letter as keyof typeof unit] * 1000);
  if (!rfc3339.test(text)) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new NoSuchTarget(`${text} is no time: there is no such day or hour.`);
  return time;
}

function atTime(at: Date, { historyFrom, branchName }: Restorable, now: Date): Target {
  const asked = at.toISOString();
  if (historyFrom === undefined)
    throw new NoSuchTarget(
      `The branch ${branchName} has a parent, and Neon restores by time only branches that have none: it is restored from a backup.`,
    );
  if (at > now) throw new NoSuchTarget(`${asked} is in the future; it is ${now.toISOString()}.`);
  if (at < historyFrom)
    throw new NoSuchTarget(
      `${asked} is before the history of ${branchName}, which begins at ${historyFrom.toISOString()}.`,
    );
  return { kind: "time", at };
}

/** The target as it is reported. */
export function targetText(target: Target): string {
  return target.kind === "time" ? target.at.toISOString() : target.copy.name;
}

/** The target as it stands in the name of a branch. */
export function targetWord(target: Target): string {
  return target.kind === "time" ? stamp(target.at) : target.copy.name;
}

/** The moment that the database is restored to. */
export function momentOf(target: Target): Date {
  return target.kind === "time" ? target.at : target.copy.madeAt;
}
