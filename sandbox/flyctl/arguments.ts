import { CommandError } from "./command-error.ts";

type Kind = "text" | "switch" | "list";

/** A flag that a command knows; the name is without its dashes. */
export interface Flag {
  readonly kind: Kind;
  readonly short?: string;
}
export type Flags = Readonly<Record<string, Flag>>;

/** Flags and words as they were given. */
export interface Given {
  /** What is no flag: the ids of machines. */
  readonly words: readonly string[];
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  /** `--name`, `--name=true`, `--name=false`; the default when it was not given. */
  isOn(name: string, byDefault: boolean): boolean;
}

/** Reads flags as the real flyctl's parser does: `--name value`, `--name=value`, `-n value`, switches without a value. */
export function readFlags(words: readonly string[], flags: Flags, takesWords: boolean): Given {
  const values = new Map<string, string[]>();
  const queue = [...words];
  const plain: string[] = [];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const [, dashes = "", name = "", assigned] = /^(--?)([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (dashes === "" && !takesWords) throw new CommandError(`accepts 0 arg(s), received "${word}"`);
    if (dashes === "") {
      plain.push(word);
      continue;
    }
    const ofShort = (): string => Object.keys(flags).find((each) => flags[each]?.short === name) ?? "";
    const found = dashes === "--" ? name : ofShort();
    const kind = flags[found]?.kind;
    if (kind === undefined) throw unknownFlag(word, dashes, name, flags);
    const value = assigned ?? (kind === "switch" ? "true" : queue.shift());
    if (value === undefined) throw new CommandError(`flag needs an argument: ${dashes}${name}`);
    requireKind(kind, found, value);
    values.set(found, [...(values.get(found) ?? []), value]);
  }
  return {
    words: plain,
    text: (name) => values.get(name)?.at(-1),
    list: (name) => values.get(name) ?? [],
    isOn: (name, byDefault) => (values.get(name)?.at(-1) ?? String(byDefault)) === "true",
  };
}

function requireKind(kind: Kind, name: string, value: string): void {
  if (kind === "switch" && value !== "true" && value !== "false")
    throw new CommandError(
      `invalid argument "${value}" for "--${name}" flag: strconv.ParseBool: invalid syntax`,
    );
}

function unknownFlag(word: string, dashes: string, name: string, flags: Flags): CommandError {
  const known = Object.keys(flags).map((each) => `--${each}`);
  return new CommandError(
    dashes === "--" ? `unknown flag: --${name}` : `unknown shorthand flag: '${name}' in ${word}`,
    `This emulator of flyctl lacks it, or there is none. It knows: ${known.join(", ")}`,
  );
}

/** `NAME=value` pairs of --env and --build-arg. */
export function readPairs(name: string, pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new CommandError(`--${name} takes NAME=value, found "${pair.split("=")[0] ?? ""}"`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `5m0s`, `90s` or a bare number of seconds. */
export function readDuration(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text))
    throw new CommandError(
      `invalid duration value ${text} used for --${name} flag: valid options are a number of seconds, number with time unit (i.e.: 5m, 180s)`,
    );
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ""] ?? 0),
    0,
  );
}
