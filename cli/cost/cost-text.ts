import type { CostLine, Estimate, Range } from "./estimate.ts";
import { prices } from "./prices.ts";

/** `$24`, `$0.35`. */
export function dollarText(dollars: number): string {
  const size = Math.abs(dollars);
  return `${dollars < 0 ? "−" : ""}$${size >= 10 || size === 0 ? size.toFixed(0) : size.toFixed(2)}`;
}

export function monthText({ least, usual, most }: Range): string {
  return `${dollarText(usual)} a month (${dollarText(least)} to ${dollarText(most)})`;
}

/** An estimate, line by line. */
export function estimateLines({ lines, total }: Estimate): readonly string[] {
  const rows = [
    ...lines.map((line) => [line.cloud, line.what, ...moneyOf(line.dollars), line.of]),
    ["", "all", ...moneyOf(total), ""],
  ];
  const head = ["", "", "least", "usual", "most", ""];
  const widths = head.map((text, column) =>
    Math.max(text.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const isMoney = (column: number): boolean => column >= 2 && column <= 4;
  return [head, ...rows].map((row) =>
    row
      .map((text, column) =>
        isMoney(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      )
      .join("   ")
      .trimEnd(),
  );
}

const moneyOf = ({ least, usual, most }: Range): readonly string[] => [least, usual, most].map(dollarText);

/** The days on which the prices stood at their sources. */
export function sourceLines(): readonly string[] {
  const bySource = new Map<string, string>();
  for (const { source, date } of Object.values(prices)) bySource.set(source, date);
  return [...bySource].map(([source, date]) => `Prices of ${date}: ${source}`);
}

/** What costs more or less than before, each with what it is made of. */
export function differenceLines(before: Estimate, after: Estimate): readonly string[] {
  const keyOf = ({ cloud, what }: CostLine): string => `${cloud}, ${what}`;
  const keys = [...new Set([...before.lines, ...after.lines].map(keyOf))];
  return keys.flatMap((key) => {
    const [old, now] = [before, after].map(({ lines }) => lines.find((line) => keyOf(line) === key));
    const change = (now?.dollars.usual ?? 0) - (old?.dollars.usual ?? 0);
    if (old?.of === now?.of && Math.abs(change) < 0.005) return [];
    return [`${key}: ${old?.of ?? "none"} → ${now?.of ?? "none"}, ${signed(change)}`];
  });
}

export function signed(dollars: number): string {
  return dollars < 0 ? dollarText(dollars) : `+${dollarText(dollars)}`;
}
