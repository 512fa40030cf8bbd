import { isRead, type RecordedCall, segmentsOf } from "./recorded-call.ts";
import type { Difference } from "./compare.ts";
import type { ReplayedCall } from "./replay.ts";

/** A difference, and how many calls have it. */
export interface ReportedDifference extends Difference {
  readonly cloud: string;
  /** With `*` where the path names something that a cloud has made. */
  readonly call: string;
  readonly times: number;
  /** Of the first such call, in the file: `log.entries[7]`. */
  readonly entry: number;
}

export interface Report {
  readonly calls: number;
  readonly compared: number;
  readonly differences: readonly ReportedDifference[];
  readonly notReplayed: readonly { readonly why: string; readonly calls: number }[];
  readonly times: Times;
}

/** For information: an emulator has other work to do than a cloud. */
export interface Times {
  readonly recordedMilliseconds: number;
  readonly emulatedMilliseconds: number;
  readonly factor: number;
  /** Calls that differ by more than the factor, and by a second at least. */
  readonly apart: readonly {
    readonly call: string;
    readonly entry: number;
    readonly recordedMilliseconds: number;
    readonly emulatedMilliseconds: number;
  }[];
}

const leastApart = 1000;

export function reportOf(results: readonly ReplayedCall[], factor: number): Report {
  const differences = new Map<string, ReportedDifference>();
  for (const { call, differences: found } of results)
    for (const each of found) {
      const cloud = call.cloud ?? "";
      const name = nameOf(call);
      const key = JSON.stringify([cloud, name, each]);
      const known = differences.get(key);
      differences.set(
        key,
        known
          ? { ...known, times: known.times + 1 }
          : { cloud, call: name, ...each, times: 1, entry: call.index },
      );
    }
  const reasons = new Map<string, number>();
  for (const { notReplayed: why } of results)
    if (why !== undefined) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  const compared = results.filter(({ notReplayed }) => notReplayed === undefined);
  return {
    calls: results.length,
    compared: compared.length,
    differences: [...differences.values()],
    notReplayed: [...reasons].map(([why, calls]) => ({ why, calls })),
    times: timesOf(compared, factor),
  };
}

function timesOf(compared: readonly ReplayedCall[], factor: number): Times {
  const both = compared.map(({ call, milliseconds = 0 }) => ({
    call: nameOf(call),
    entry: call.index,
    recordedMilliseconds: Math.round(call.milliseconds),
    emulatedMilliseconds: Math.round(milliseconds),
  }));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  return {
    recordedMilliseconds: sum(both.map(({ recordedMilliseconds }) => recordedMilliseconds)),
    emulatedMilliseconds: sum(both.map(({ emulatedMilliseconds }) => emulatedMilliseconds)),
    factor,
    apart: both.filter(({ recordedMilliseconds: one, emulatedMilliseconds: other }) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      return more - less >= leastApart && more > factor * Math.max(less, 1);
    }),
  };
}

// `GET /v2/projects/*/branches`: the same for every thing of its kind.
function nameOf({ method, url, body, ...rest }: RecordedCall): string {
  const path = segmentsOf(url).map((segment) => (isMade(segment) ? "*" : segment));
  const read = isRead({ method, url, body, ...rest }) && method === "POST" ? " (query)" : "";
  return `${method} /${path.join("/")}${read}`;
}

/** A name with a digit that is no version of an API. */
const isMade = (segment: string): boolean => /\d/.test(segment) && !/^v\d+$/.test(segment);

/** The report as lines for a reader. */
export function describeReport({
  calls,
  compared,
  differences,
  notReplayed,
  times,
}: Report): readonly string[] {
  const lines: string[] = [];
  for (const { cloud, call, where, kind, recorded, emulated, times: count, entry } of differences)
    lines.push(
      `${cloud} ${call}${count > 1 ? ` (${String(count)} calls)` : ""}, log.entries[${String(entry)}]`,
      `  ${kind === "status" || kind === "header" ? "" : `${kind} `}${where}: recorded ${recorded}, emulated ${emulated}`,
    );
  if (differences.length > 0) lines.push("");
  for (const { why, calls: count } of notReplayed) lines.push(`Not replayed: ${callsOf(count)}: ${why}`);
  lines.push(
    `Times, for information: ${seconds(times.recordedMilliseconds)} recorded, ${seconds(times.emulatedMilliseconds)} emulated`,
  );
  for (const { call, recordedMilliseconds: one, emulatedMilliseconds: other } of times.apart)
    lines.push(`  ${call}: ${seconds(one)} recorded, ${seconds(other)} emulated`);
  const found = differences.length === 0 ? "No difference" : count(differences.length, "difference");
  lines.push(
    `${found} in ${callsOf(compared)}; ${String(calls - compared)} of ${callsOf(calls)} not replayed.`,
  );
  return lines;
}

const count = (number: number, what: string): string => `${String(number)} ${what}${number === 1 ? "" : "s"}`;
const callsOf = (number: number): string => count(number, "call");
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
