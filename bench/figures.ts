/** What a benchmark measured, against what is aimed at. */
export interface Figure {
  readonly name: string;
  readonly unit: "s" | "requests/s" | "MiB";
  /** The median of the runs. */
  readonly value: number;
  readonly runs: readonly number[];
  /** What an empty Node HTTP server takes or gives in the same run. */
  readonly emptyServer?: number;
  readonly aim?: number;
}

/** A figure from several runs. */
export function figure(
  name: string,
  unit: Figure["unit"],
  runs: readonly number[],
  more: Pick<Figure, "emptyServer" | "aim"> = {},
): Figure {
  return { name, unit, value: median(runs), runs, ...more };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Of a rate more is better, of time and memory less. */
export function meetsAim({ unit, value, aim }: Figure): boolean | undefined {
  if (aim === undefined) return undefined;
  return unit === "requests/s" ? value >= aim : value <= aim;
}

const heads = ["", "median", "runs", "aim", "empty server", "ratio"];

/** The figures under one another, for people. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = [
    heads,
    ...figures.map((each) => [
      each.name,
      `${show(each, each.value)} ${each.unit}`,
      each.runs.length > 1
        ? `${show(each, Math.min(...each.runs))} to ${show(each, Math.max(...each.runs))}`
        : "",
      each.aim === undefined ? "" : `${each.aim} ${meetsAim(each) ? "met" : "MISSED"}`,
      each.emptyServer === undefined ? "" : show(each, each.emptyServer),
      each.emptyServer === undefined ? "" : (each.value / each.emptyServer).toFixed(2),
    ]),
  ];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

const show = ({ unit }: Figure, value: number): string => value.toFixed(unit === "s" ? 2 : 0);
