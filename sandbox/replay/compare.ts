import { compareHeaders } from "./compare-headers.ts";
import { isNameField, isWord } from "./names.ts";
import { pairItems } from "./pair-items.ts";
import { type Answer, redacted } from "./recorded-call.ts";
import type { Substitutions } from "./substitutions.ts";

/** How the answer of an emulator differs from the recorded one, at one place. Never a secret's value. */
export interface Difference {
  readonly kind: "status" | "missing" | "more" | "type" | "null" | "word" | "item" | "header";
  /** `project.name`, `branches[].id`, a header, or `status`. */
  readonly where: string;
  readonly recorded: string;
  readonly emulated: string;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** What stood at the same place: `[field, recorded, emulated]`. */
  readonly pairs: readonly (readonly [field: string, recorded: unknown, emulated: unknown])[];
  /** Recorded items of lists that were there before the recording began. */
  readonly older: readonly unknown[];
}

export interface Known {
  readonly names: Substitutions;
  /** Whether a call of the recording has made this item: else the emulators cannot have it. */
  wasMade(item: unknown): boolean;
}

/** Compares by status, fields, types, null, words and headers: of any other value the type alone counts. */
export function compareAnswers(recorded: Answer, emulated: Answer, known: Known): Comparison {
  const found: Found = { differences: new Map(), pairs: [], older: [] };
  if (recorded.status !== emulated.status)
    note(found, "status", "status", String(recorded.status), String(emulated.status));
  // A refusal has other fields than a success.
  if (isRefusal(recorded) === isRefusal(emulated)) {
    if (recorded.json !== undefined || emulated.json !== undefined)
      compareBodies(recorded, emulated, known, found);
    for (const each of compareHeaders(recorded, emulated))
      // A list of things that were there before the recording has pages that the emulators cannot have.
      if (each.header !== "link" || found.older.length === 0)
        note(found, "header", each.header, each.recorded, each.emulated);
  }
  return { ...found, differences: [...found.differences.values()] };
}

const isRefusal = ({ status }: Answer): boolean => status >= 400;

interface Found {
  readonly differences: Map<string, Difference>;
  readonly pairs: [string, unknown, unknown][];
  readonly older: unknown[];
}

/** The same in several items of a list counts once. */
function note(
  found: Found,
  kind: Difference["kind"],
  where: string,
  recorded: string,
  emulated: string,
): void {
  found.differences.set(JSON.stringify([kind, where, recorded, emulated]), {
    kind,
    where,
    recorded,
    emulated,
  });
}

function compareBodies(recorded: Answer, emulated: Answer, known: Known, found: Found): void {
  const kindOf = ({ json, hasBody }: Answer): string =>
    json !== undefined ? "JSON" : hasBody ? "no JSON" : "nothing";
  if (recorded.json === undefined || emulated.json === undefined)
    note(found, "type", "the body", kindOf(recorded), kindOf(emulated));
  else compareValues(recorded.json, emulated.json, { where: "", field: "" }, known, found);
}

interface Place {
  readonly where: string;
  /** The last field on the way. */
  readonly field: string;
}

function compareValues(recorded: unknown, emulated: unknown, at: Place, known: Known, found: Found): void {
  const where = at.where === "" ? "the body" : at.where;
  const [one, other] = [typeOf(recorded), typeOf(emulated)];
  if (one !== other) {
    note(found, one === "null" || other === "null" ? "null" : "type", where, one, other);
    return;
  }
  if (Array.isArray(recorded) && Array.isArray(emulated)) compareLists(recorded, emulated, at, known, found);
  else if (isObject(recorded) && isObject(emulated)) compareObjects(recorded, emulated, at, known, found);
  else compareLeaves(recorded, emulated, { ...at, where }, known, found);
}

function compareLeaves(recorded: unknown, emulated: unknown, at: Place, known: Known, found: Found): void {
  found.pairs.push([at.field, recorded, emulated]);
  const expected = known.names.applyTo(recorded, at.field);
  if (expected === emulated) return;
  if (typeof expected === "boolean") note(found, "word", at.where, String(expected), String(emulated));
  if (typeof expected !== "string" || typeof emulated !== "string") return;
  if (expected.includes(redacted) || isNameField(at.field)) return;
  const show = (text: string): string => (isWord(text) ? `"${text}"` : "a text");
  if (isWord(expected) || isWord(emulated)) note(found, "word", at.where, show(expected), show(emulated));
}

type JsonObject = Readonly<Record<string, unknown>>;

function compareObjects(
  recorded: JsonObject,
  emulated: JsonObject,
  at: Place,
  known: Known,
  found: Found,
): void {
  const place = (field: string): Place => ({
    where: at.where === "" ? field : `${at.where}.${field}`,
    field,
  });
  const rest = new Set(Object.keys(emulated));
  // A map by secrets has the recorder's word in place of its names: any of the other's matches.
  const ordered = Object.entries(recorded).sort(
    ([one], [other]) => Number(one.includes(redacted)) - Number(other.includes(redacted)),
  );
  for (const [name, value] of ordered) {
    const expected = known.names.apply(name);
    const match = rest.has(expected) ? expected : name.includes(redacted) ? [...rest][0] : undefined;
    if (match === undefined) note(found, "missing", place(expected).where, typeOf(value), "nothing");
    else {
      rest.delete(match);
      compareValues(value, emulated[match], place(name), known, found);
    }
  }
  for (const name of rest) note(found, "more", place(name).where, "nothing", typeOf(emulated[name]));
}

function compareLists(
  recorded: readonly unknown[],
  emulated: readonly unknown[],
  at: Place,
  known: Known,
  found: Found,
): void {
  const where = `${at.where}[]`;
  const { pairs, recordedOnly, emulatedOnly } = pairItems(recorded, emulated, known.names);
  for (const [one, other] of pairs) compareValues(one, other, { where, field: at.field }, known, found);
  for (const item of recordedOnly)
    if (item === redacted) continue;
    else if (known.wasMade(item)) note(found, "item", where, typeOf(item), "nothing");
    else found.older.push(item);
  for (const item of emulatedOnly) note(found, "item", where, "nothing", typeOf(item));
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
