import { createHash } from "node:crypto";

/** SHA-256 in hex over a JSON value; the order of an object's keys makes no difference. */
export function digest(value: unknown): string {
  return createHash("sha256").update(stableJson(value)).digest("hex");
}

/** JSON with sorted keys. Absent and undefined fields are the same. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    each !== null && typeof each === "object" && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([left], [right]) => (left < right ? -1 : 1)))
      : each,
  );
}

/** Enough of a digest to distinguish releases in a name or a line of output. */
export function shortDigest(hex: string): string {
  return hex.slice(0, 16);
}
