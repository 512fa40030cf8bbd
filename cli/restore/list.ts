import type { Copy, Restorable } from "@rollout/infra/rollout/restore/restorable";
import { shortRelease } from "../history/table.ts";
import type { RestoreContext } from "./context.ts";
import type { Releases } from "./releases.ts";
import { agoText, bytesText } from "./words.ts";

/** What one can go back to, for people. */
export function listText(
  { stack, place }: RestoreContext,
  restorable: Restorable,
  releases: Releases,
  now: Date,
): string {
  const { copies, historyFrom, unproven } = restorable;
  const width = Math.max(0, ...copies.map(({ name }) => name.length)) + 2;
  const lines = [
    ...(historyFrom
      ? [
          `  any time from ${historyFrom.toISOString()} on (${agoText(historyFrom, now)}), by Neon's history of ${place.branch}`,
        ]
      : []),
    ...copies.map((copy) => `  ${copy.name.padEnd(width)}${copyText(copy, restorable, releases, now)}`),
  ];
  const none = lines.length === 0 ? "  nothing: there is no backup of it\n" : "";
  const byTime = historyFrom
    ? ""
    : `By time Neon restores branches without a parent only; ${place.branch} has one.\n`;
  return (
    `The database of ${stack} can be restored to:\n\n${none}${lines.map((line) => `${line}\n`).join("")}\n${byTime}` +
    unproven
      .map(({ target, copy }) => `A restore to ${target} was begun; ${copy.name} keeps what was before it.\n`)
      .join("") +
    `bin/rollout restore-database --stack ${stack} --to ${historyFrom ? "TIME or NAME" : "NAME"}\n`
  );
}

function copyText(copy: Copy, { parentId }: Restorable, releases: Releases, now: Date): string {
  const release = copy.kind === "backup" ? releases.begunBy(copy.madeAt) : undefined;
  return [
    agoText(copy.madeAt, now),
    copy.kind === "kept"
      ? "as it was before a restore"
      : release
        ? `before the migrations of release ${shortRelease(release.release)}` +
          (release.newestMigration === "" ? "" : ` (to ${release.newestMigration})`)
        : "before migrations of an unknown release",
    ...(copy.bytes === undefined ? [] : [bytesText(copy.bytes)]),
    copy.expiresAt === undefined
      ? copy.branchId === parentId
        ? "stays, since the database has grown from it"
        : "stays"
      : `until ${copy.expiresAt}`,
  ].join(", ");
}

/** The same for machines. */
export function listData({ stack }: RestoreContext, restorable: Restorable, releases: Releases): object {
  return {
    kind: "targets",
    stack,
    historyFrom: restorable.historyFrom?.toISOString() ?? null,
    copies: restorable.copies.map(({ kind, name, madeAt, bytes, expiresAt }) => ({
      kind,
      name,
      madeAt: madeAt.toISOString(),
      bytes: bytes ?? null,
      expiresAt: expiresAt ?? null,
      release: kind === "backup" ? (releases.begunBy(madeAt)?.release ?? null) : null,
    })),
    unproven: restorable.unproven.map(({ target, copy }) => ({ target, keptAs: copy.name })),
  };
}
