import type { CellResult } from "./campaign.ts";

export const isRed = ({ faults }: CellResult): boolean => faults.length > 0;

/** Counts of cells by how they ended. */
export interface Counts {
  readonly cells: number;
  readonly done: number;
  readonly stopped: number;
  readonly killed: number;
  readonly red: number;
}

export function countsOf(results: readonly CellResult[]): Counts {
  const green = results.filter((result) => !isRed(result));
  const of = (ended: CellResult["ended"]): number => green.filter((each) => each.ended === ended).length;
  return {
    ...{ cells: results.length, done: of("done"), stopped: of("stopped"), killed: of("killed") },
    red: results.length - green.length,
  };
}

/** The results by a key, in the order in which the keys come. */
export function by(
  results: readonly CellResult[],
  key: (result: CellResult) => string,
): ReadonlyMap<string, readonly CellResult[]> {
  const groups = new Map<string, CellResult[]>();
  for (const result of results) {
    const group = groups.get(key(result)) ?? [];
    groups.set(key(result), group);
    group.push(result);
  }
  return groups;
}

export function summaryOf(
  results: readonly CellResult[],
  { seed, seconds, planned }: { readonly seed: number; readonly seconds: number; readonly planned: number },
): readonly string[] {
  const { cells, done, stopped, killed, red } = countsOf(results);
  return [
    `${String(cells)} of ${String(planned)} cells in ${String(seconds)} s, seed ${String(seed)}:`,
    `  ${String(done)} done in spite of the fault`,
    `  ${String(stopped)} stopped with a message that names cloud, call and remedy, and done by the next rollout`,
    `  ${String(killed)} killed, and done by the next rollout`,
    `  ${String(red)} red`,
  ];
}
