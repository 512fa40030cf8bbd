import { isNameField, isTime } from "./names.ts";
import { redacted } from "./recorded-call.ts";

/** What a cloud has named in a recording, and what the emulator names in its place: ids, hosts, commits, versions. */
export interface Substitutions {
  /** Notes that the emulator answered the second value at the place of the first. `field` is the last word of that place. */
  learn(field: string, recorded: unknown, emulated: unknown): void;
  /** A text with everything in it that has another name now. */
  apply(text: string): string;
  /** A JSON value with everything in it that has another name now; the words of objects too. */
  applyTo(value: unknown, field?: string): unknown;
  /** A number of that kind: a `min_version` is that which a `version` has become. */
  applyToNumber(field: string, value: number): number;
}

/** Shorter texts stand for other things as well. */
const shortest = 6;
/** Longer ones are texts, which hold names and are none. */
const longest = 300;
/** A name that stands inside of a text must not be part of a longer one. */
const notBefore = "(?<![A-Za-z0-9])";
const notAfter = "(?![A-Za-z0-9])";

export function openSubstitutions(): Substitutions {
  const texts = new Map<string, string>();
  const numbers = new Map<string, number>();
  let pattern: RegExp | undefined;

  const applyToNumber = (field: string, value: number): number =>
    numbers.get(`${kindOf(field)} ${String(value)}`) ?? value;

  const apply = (text: string): string => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    if (texts.size === 0) return text;
    pattern ??= patternOf([...texts.keys()]);
    return text.replaceAll(pattern, (found) => texts.get(found) ?? found);
  };

  const applyTo = (value: unknown, field = ""): unknown => {
    if (typeof value === "string") return apply(value);
    if (typeof value === "number") return applyToNumber(field, value);
    if (Array.isArray(value)) return value.map((each) => applyTo(each, field));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [apply(name), applyTo(each, name)]),
    );
  };

  return {
    learn: (field, recorded, emulated) => {
      if (recorded === emulated) return;
      if (typeof recorded === "number" && typeof emulated === "number") {
        if (kindOf(field) !== "") numbers.set(`${kindOf(field)} ${String(recorded)}`, emulated);
        return;
      }
      if (typeof recorded !== "string" || typeof emulated !== "string") return;
      if (!isName(field, recorded) || emulated === "") return;
      texts.set(recorded, emulated);
      pattern = undefined;
    },
    apply,
    applyTo,
    applyToNumber,
  };
}

/** In a field of names everything is one, elsewhere what has a digit: a word stays the word that it is. */
const isName = (field: string, text: string): boolean =>
  (isNameField(field) || /\d/.test(text)) &&
  text.length >= shortest &&
  text.length <= longest &&
  !/\s/.test(text) &&
  !text.includes(redacted) &&
  !isTime(text);

/** What a number counts: the last word of its field. Of all others the value means nothing. */
function kindOf(field: string): string {
  const last = /([a-z]+)$/.exec(field.replaceAll(/([A-Z])/g, "_$1").toLowerCase())?.[1] ?? "";
  return last === "id" || last === "version" || last === "number" ? last : "";
}

function patternOf(names: readonly string[]): RegExp {
  const longestFirst = [...names].sort((one, other) => other.length - one.length);
  const alternatives = longestFirst.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  return new RegExp(`${notBefore}(?:${alternatives.join("|")})${notAfter}`, "g");
}
