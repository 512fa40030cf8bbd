import type { Fields } from "./facts.ts";

/** What is known of one place in an answer. */
export interface Place {
  readonly types: ReadonlySet<string>;
  /** Every word that was seen or is documented; none where any is possible. */
  readonly words?: readonly string[];
  /** Whether the real answer was seen without it. */
  readonly isOptional: boolean;
  readonly fields: ReadonlyMap<string, Place>;
  readonly items?: Place;
}

interface OpenPlace {
  types: ReadonlySet<string>;
  words?: readonly string[];
  isOptional: boolean;
  fields: Map<string, OpenPlace>;
  items?: OpenPlace;
}

const jsonTypes = ["string", "integer", "number", "boolean", "array", "object", "null"];

/** Reads the paths of a table of fields into a tree; its root is the body of the answer. */
export function treeOf(fields: Fields): Place {
  const root = emptyPlace();
  for (const [path, type] of Object.entries(fields)) {
    let place = root;
    const words = path.replaceAll("[]", ".[]").replace(/^\./, "").split(".");
    for (const word of words) {
      if (word === "[]") place = place.items ??= emptyPlace();
      else place = fieldOf(place, word.replace(/\?$/, ""));
    }
    Object.assign(place, { ...readType(path, type), isOptional: path.endsWith("?") });
  }
  return root;
}

/** The type as the tables write it: `string | null: success, failure`. */
export function readType(path: string, text: string): Pick<Place, "types" | "words"> {
  const [types = "", words] = text.split(": ");
  const names = types.split(" | ");
  const unknown = names.filter((name) => !jsonTypes.includes(name));
  if (unknown.length > 0)
    throw new Error(`${path} has the type ${unknown.join(", ")}, expected ${jsonTypes.join(", ")}`);
  return { types: new Set(names), ...(words === undefined ? {} : { words: words.split(", ") }) };
}

function fieldOf(place: OpenPlace, name: string): OpenPlace {
  const known = place.fields.get(name);
  if (known) return known;
  const made = emptyPlace();
  place.fields.set(name, made);
  return made;
}

/** Until a path of its own adds more, a place that others are in may be anything and may be missing. */
const emptyPlace = (): OpenPlace => ({ types: new Set(), isOptional: true, fields: new Map() });
