import { identitiesOf } from "./names.ts";
import type { Substitutions } from "./substitutions.ts";

export interface PairedItems {
  readonly pairs: readonly (readonly [recorded: unknown, emulated: unknown])[];
  readonly recordedOnly: readonly unknown[];
  readonly emulatedOnly: readonly unknown[];
}

/** Pairs the items of two lists: by what identifies them, and the rest in their order. */
export function pairItems(
  recorded: readonly unknown[],
  emulated: readonly unknown[],
  names: Substitutions,
): PairedItems {
  const pairs: (readonly [unknown, unknown])[] = [];
  const rest = [...emulated];
  const unknown: unknown[] = [];
  for (const item of recorded) {
    const place = placeOf(item, rest, names);
    if (place < 0) unknown.push(item);
    else pairs.push([item, ...rest.splice(place, 1)] as [unknown, unknown]);
  }
  const inOrder = Math.min(unknown.length, rest.length);
  for (let at = 0; at < inOrder; at += 1) pairs.push([unknown[at], rest[at]]);
  return { pairs, recordedOnly: unknown.slice(inOrder), emulatedOnly: rest.slice(inOrder) };
}

/** Where the same item is, by the surest field that finds one; -1 where none does. */
function placeOf(recorded: unknown, emulated: readonly unknown[], names: Substitutions): number {
  if (typeof recorded === "string") return emulated.indexOf(names.apply(recorded));
  for (const [field, value] of identitiesOf(recorded)) {
    const expected = typeof value === "string" ? names.apply(value) : names.applyToNumber(field, value);
    const place = emulated.findIndex((each) =>
      identitiesOf(each).some(([name, other]) => name === field && other === expected),
    );
    if (place >= 0) return place;
  }
  return -1;
}
