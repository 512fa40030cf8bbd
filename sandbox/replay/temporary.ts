import { facts } from "../contract/seen/index.ts";
import type { Difference } from "./compare.ts";
import type { ReplayedCloud } from "./recorded-call.ts";

/** What a cloud answers for a while: it lags, is busy, limits calls, or fails. */
const temporary = new Set([401, 403, 404, 408, 409, 412, 423, 425, 429, 500, 502, 503, 504]);

export const isTemporary = (status: number): boolean => temporary.has(status);

/** A refusal that comes of what else runs at the time, and not of the call or of what is there. */
const ofLoad = new Set([408, 423, 429, 500, 502, 503, 504]);

export const isOfLoad = (status: number): boolean => ofLoad.has(status);

/** A difference that may come of another state of the same thing, which time changes, and not of another form. */
export const isOfState = ({ kind }: Difference): boolean =>
  kind === "status" || kind === "word" || kind === "item";

/**
 * Whether a recorded answer that the emulator never gave is one that it passed by too quickly: a temporary refusal, or a state
 * whose word is known of this field.
 */
export function isPassed(cloud: ReplayedCloud, differences: readonly Difference[]): boolean {
  return differences.filter(isOfState).every(({ kind, where, recorded }) => {
    if (kind === "status") return isTemporary(Number(recorded));
    if (kind === "item") return true;
    const field = where.split(".").at(-1) ?? "";
    const text = /^"(.*)"$/.exec(recorded)?.[1];
    return text === undefined || (wordsOf(cloud).get(field)?.has(text) ?? false);
  });
}

const words = new Map<ReplayedCloud, ReadonlyMap<string, ReadonlySet<string>>>();

/** The words of each field, wherever a real cloud was seen to answer with them. */
function wordsOf(cloud: ReplayedCloud): ReadonlyMap<string, ReadonlySet<string>> {
  const known = words.get(cloud);
  if (known) return known;
  const made = new Map<string, Set<string>>();
  for (const { fields } of facts[cloud].answers)
    for (const [path, type] of Object.entries(fields)) {
      const field = (path.split(".").at(-1) ?? "").replace("?", "");
      const [, list] = /^string(?: \| null)?: (.*)$/.exec(type) ?? [];
      if (list === undefined) continue;
      const of = made.get(field) ?? new Set();
      for (const each of list.split(",")) of.add(each.trim());
      made.set(field, of);
    }
  words.set(cloud, made);
  return made;
}
