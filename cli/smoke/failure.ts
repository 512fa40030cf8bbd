import { isDeepStrictEqual } from "node:util";

/** One thing that is not as expected. */
export interface Failure {
  /** What was compared: `status`, `$.version`. */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** Longest value in a report; longer ones are cut. */
const longest = 300;

/** A value as reports show it. It is cut only after secrets are out of it. */
export function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

export function failure(what: string, expected: string, found: string): readonly Failure[] {
  return [{ what, expected, found }];
}

/** The same without secrets, and short. */
export function presentable({ what, expected, found }: Failure, clean: (text: string) => string): Failure {
  const cut = (text: string): string => {
    const cleaned = clean(text);
    return cleaned.length > longest ? `${cleaned.slice(0, longest)}…` : cleaned;
  };
  return { what: cut(what), expected: cut(expected), found: cut(found) };
}

export function failureText({ what, expected, found }: Failure): string {
  return `${what}: expected ${expected}, found ${found}`;
}

/** Whether two JSON values are the same. */
export function sameJson(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other);
}
