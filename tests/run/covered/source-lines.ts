import { decode } from "@jridgewell/sourcemap-codec";

/** A place of generated code that comes of a line of a source file. */
export interface MappedPlace {
  readonly offset: number;
  /** Its place in the map's `sources`. */
  readonly source: number;
  /** From 0. */
  readonly line: number;
}

/** Every place of `code` that the source map names, in order. */
export function mappedPlaces(code: string, mappings: string, firstLine = 0): readonly MappedPlace[] {
  const starts = lineStarts(code);
  return decode(mappings).flatMap((segments, line) =>
    segments.flatMap(([column, source, originalLine]) => {
      const start = starts[line + firstLine];
      return start === undefined || source === undefined || originalLine === undefined
        ? []
        : [{ offset: start + column, source, line: originalLine }];
    }),
  );
}

/** The source map that a compiler has put at the end of the code. */
export function inlineMap(code: string): { readonly mappings: string } | undefined {
  const [, base64] =
    [...code.matchAll(/\/\/# sourceMappingURL=data:application\/json;[^,\n]*base64,(\S+)/g)].at(-1) ?? [];
  if (base64 === undefined) return undefined;
  return JSON.parse(Buffer.from(base64, "base64").toString("utf8")) as { readonly mappings: string };
}

function lineStarts(code: string): readonly number[] {
  const starts = [0];
  for (let at = code.indexOf("\n"); at !== -1; at = code.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/**
 * Which of the places ran. V8 gives ranges as start, end and count one after the other; an inner range comes after
 * the one that it is in, and holds where both do.
 */
export function executed(places: readonly MappedPlace[], ranges: readonly number[]): readonly MappedPlace[] {
  const ran = new Uint8Array(places.length);
  for (let at = 0; at + 2 < ranges.length; at += 3) {
    const [start = 0, end = 0, count = 0] = ranges.slice(at, at + 3);
    const last = firstFrom(places, end);
    for (let place = firstFrom(places, start); place < last; place += 1) ran[place] = count > 0 ? 1 : 0;
  }
  return places.filter((_place, at) => ran[at] === 1);
}

/** The first place at `offset` or after it. */
function firstFrom(places: readonly MappedPlace[], offset: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
