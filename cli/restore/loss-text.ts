import type { Loss } from "@rollout/infra/rollout/restore/loss/loss";
import type { TableLoss } from "@rollout/infra/rollout/restore/loss/table-loss";
import { countOf } from "./words.ts";

const heads = ["are lost", "go back", "come back"] as const;

/** What a restore deletes and restores, for people. */
export function lossText({ tables, same, queue }: Loss): string {
  const name = Math.max(0, ...tables.map(({ table }) => table.length));
  const rows = tables.map((loss) => {
    const cells = [
      cell(loss, loss.added),
      loss.changed === undefined ? "?" : String(loss.changed),
      cell(loss, loss.deleted),
    ];
    return `  ${loss.table.padEnd(name)}  ${cells.map((text, at) => text.padStart(width(at))).join("  ")}\n`;
  });
  const table =
    rows.length === 0
      ? ""
      : `  ${"rows that".padEnd(name)}  ${heads.map((head, at) => head.padStart(width(at))).join("  ")}\n${rows.join("")}`;
  const estimate = tables.some(({ isEstimate }) => isEstimate)
    ? "about: the table is large, so that PostgreSQL's own count of its rows was compared, and not the rows.\n"
    : "";
  const others = tables.length === 0 ? "" : "other ";
  return (
    table +
    estimate +
    `${rows.length === 0 ? "No row is lost: " : ""}${countOf(same, `${others}table`)} ${same === 1 ? "is" : "are"} the same now and then.\n` +
    (queue
      ? `Jobs: ${countOf(queue.gone, "that waits or runs now is", "that wait or run now are")} lost; ` +
        `${countOf(queue.again, "that is over by now is", "that are over by now are")} done again.\n`
      : "")
  );
}

function width(column: number): number {
  return Math.max(8, heads[column]?.length ?? 0);
}

function cell({ isEstimate }: TableLoss, count: number): string {
  return isEstimate ? `about ${String(count)}` : String(count);
}
