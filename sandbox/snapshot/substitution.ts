/** Replaces what a restored sandbox has instead of what the saved one had: addresses, and digests of texts that hold them. */
export interface Substitution {
  /** The text with every known address and digest replaced. */
  readonly text: (before: string) => string;
  /** The JSON value with every text in it replaced, and every number that is a `port`. Unchanged parts stay the same object. */
  value<Value>(before: Value): Value;
  /** From now on `before`, a digest in hexadecimal or Base64, is replaced by `after`. */
  digest(before: string, after: string): void;
}

/** Old port → new port. */
export type PortMap = ReadonlyMap<number, number>;

// Also as a part of a URL's query, where the colon is encoded.
const address = /(127\.0\.0\.1(?::|%3A|%3a))(\d{4,5})(?!\d)/g;
// A run of them that is longer or shorter than a known digest is another thing.
const hexadecimal = /(?<![0-9a-f])[0-9a-f]{16,64}(?![0-9a-f])/g;
const base64 = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40,}={0,2}(?![A-Za-z0-9+/=])/g;

export function substitute(ports: PortMap): Substitution {
  const digests = new Map<string, string>();
  let hasBase64 = false;

  const text = (before: string): string => {
    const moved = before.replace(address, (found, host: string, port: string) => {
      const other = ports.get(Number(port));
      return other === undefined ? found : `${host}${String(other)}`;
    });
    if (digests.size === 0) return moved;
    const known = (found: string): string => digests.get(found) ?? found;
    const inHex = moved.replace(hexadecimal, known);
    return hasBase64 ? inHex.replace(base64, known) : inHex;
  };

  const value = (before: unknown, key?: string): unknown => {
    if (typeof before === "string") return text(before);
    if (typeof before === "number") return key === "port" ? (ports.get(before) ?? before) : before;
    if (before === null || typeof before !== "object") return before;
    if (Array.isArray(before)) {
      const after = before.map((each) => value(each));
      return after.some((each, index) => each !== before[index]) ? after : before;
    }
    let changed = false;
    const after: Record<string, unknown> = {};
    for (const [name, each] of Object.entries(before)) {
      const newName = text(name);
      const next = value(each, name);
      changed ||= next !== each || newName !== name;
      after[newName] = next;
    }
    return changed ? after : before;
  };

  return {
    text,
    value: <Value>(before: Value): Value => value(before) as Value,
    digest: (before, after) => {
      if (before === after) return;
      digests.set(before, after);
      hasBase64 ||= /[^0-9a-f]/.test(before);
    },
  };
}
