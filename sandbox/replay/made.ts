import { identitiesOf } from "./names.ts";
import { type Answer, isRead, type RecordedCall, segmentsOf } from "./recorded-call.ts";

/** What the calls of a recording have made, and what was there before it began. */
export interface Made {
  /** Whether a write of the recording, begun before then, names this item. */
  wasMade(item: unknown, before: number): boolean;
  /** Notes items that an answer shows and no call of the recording has made. */
  noteOlder(call: RecordedCall, items: readonly unknown[]): void;
  /** Why the emulators cannot have what a successful call is about; undefined where they should. */
  whyMissing(call: RecordedCall, answer: Answer): string | undefined;
}

export function openMade(calls: readonly RecordedCall[]): Made {
  /** When a value was first named by a write. */
  const since = new Map<string, number>();
  /** With the cloud that has it: a project at Vercel may have the name of a repository. */
  const older = new Set<string>();
  const keyOf = ({ cloud }: RecordedCall, name: string): string => `${cloud ?? ""} ${name}`;
  const add = (value: unknown, at: number): void => {
    if (typeof value === "string" || typeof value === "number") {
      const known = since.get(String(value)) ?? Infinity;
      since.set(String(value), Math.min(known, at));
    } else if (typeof value === "object" && value !== null)
      for (const [name, each] of Object.entries(value)) {
        add(name, at);
        add(each, at);
      }
  };
  for (const call of calls)
    if (!isRead(call) && call.method !== "DELETE" && isSuccess(call.answer)) {
      if (call.body.kind === "json") add(call.body.json, call.startedAt);
      add(call.answer?.json, call.startedAt);
      // A PUT names in its path what it makes.
      if (call.method === "PUT") add(segmentsOf(call.url).at(-1), call.startedAt);
    }
  const isKnown = (value: string | number, before: number): boolean =>
    (since.get(String(value)) ?? Infinity) <= before;

  const wasMade = (item: unknown, before: number): boolean => {
    if (typeof item !== "object" || item === null) return isKnown(String(item), before);
    return identitiesOf(item).some(([field, value]) => field !== "type" && isKnown(value, before));
  };

  return {
    wasMade,
    noteOlder: (call, items) => {
      for (const [field, value] of items.flatMap(identitiesOf))
        if (field !== "type") older.add(keyOf(call, String(value)));
    },
    whyMissing: (call, answer) => {
      if (!isSuccess(call.answer) || answer.status < 400 || answer.status >= 500) return undefined;
      const isThere = (value: string | number): boolean => isKnown(value, call.startedAt + call.milliseconds);
      const named = segmentsOf(call.url);
      const because = (name: string): string => {
        older.add(keyOf(call, name));
        return `${name} was there before the recording`;
      };
      const old = named.find((each) => older.has(keyOf(call, each)));
      if (old !== undefined) return because(old);
      if (!notThere.has(answer.status)) return undefined;
      const unmade = named.find((each) => isId(each) && !isThere(each));
      if (unmade !== undefined) return because(unmade);
      const last = named.at(-1) ?? "";
      return isThere(last) || wasMade(call.answer?.json, call.startedAt + call.milliseconds)
        ? undefined
        : because(last);
    },
  };
}

/** How the clouds answer for what is not there, or not yours. */
const notThere = new Set([401, 403, 404]);

const isSuccess = (answer: Answer | undefined): boolean =>
  answer !== undefined && answer.status >= 200 && answer.status < 400;

/** A segment of a path that a cloud has made: with a digit, and no version of an API. */
const isId = (segment: string): boolean =>
  segment.length >= 4 && /\d/.test(segment) && !/^v\d+$/.test(segment);
