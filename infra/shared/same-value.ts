import { isDeepStrictEqual } from "node:util";

/** Whether two inputs are the same to the clouds: an absent field and an undefined one are. */
export function sameValue(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(normalize(left), normalize(right));
}

function normalize(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
