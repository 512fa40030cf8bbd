/** What the names of all backup branches begin with. */
export const backupPrefix = "backup-";

/** What the names of all branches begin with that hold what was there before a restore. */
export const keptPrefix = "before-restore-";

/** What the names of all branches begin with on which migrations are rehearsed. */
export const rehearsalPrefix = "rehearsal-";

/** What stands behind the name of a branch until it is empty. */
export const beingMade = "-being-made";

/** A time as a part of a branch's name, by the second: `2026-03-01-12-00-00Z`. */
export function stamp(time: Date): string {
  return time
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[:T]/g, "-");
}

/** The time that `stamp` wrote into a name; undefined where none stands at its beginning. */
export function stampedTime(text: string): Date | undefined {
  const [, day, hour, minute, second] = /^(\d{4}-\d{2}-\d{2})-(\d{2})-(\d{2})-(\d{2})Z/.exec(text) ?? [];
  if (day === undefined) return undefined;
  const time = new Date(`${day}T${hour ?? ""}:${minute ?? ""}:${second ?? ""}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** Name of the project's default branch, which production uses and every other environment grows from. */
export const defaultBranch = "production";
