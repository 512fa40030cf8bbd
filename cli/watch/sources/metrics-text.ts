/** One series of a scrape, with its value. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus' text format, version 0.0.4. Lines that are none of it are passed over. */
export function readMetricsText(text: string): readonly Series[] {
  return text.split("\n").flatMap((each): Series[] => {
    const [, name, labels = "", value = ""] = line.exec(each.trim()) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(label)].map(([, key = "", quoted = ""]): [string, string] => [
      key,
      unescaped(quoted),
    ]);
    return [{ name, labels: Object.fromEntries(pairs), value: numberIn(value) }];
  });
}

/** A number as Prometheus writes it. */
export function numberIn(text: string): number {
  return Number(text.replace("Inf", "Infinity"));
}

const unescaped = (text: string): string =>
  text.replaceAll(/\\(.)/g, (_all, character: string) => (character === "n" ? "\n" : character));
