/** A GraphQL request, as far as flyctl writes them: one operation, fields with aliases and arguments, fragments. */
export interface Field {
  readonly name: string;
  /** The name in the answer. */
  readonly as: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Chosen fields of what the field holds; undefined for a plain value. */
  readonly fields?: readonly Field[];
}

export interface Operation {
  readonly kind: "query" | "mutation";
  readonly fields: readonly Field[];
}

/** The request cannot be read; the message says where. */
export class QuerySyntaxError extends Error {}

const token = /\.\.\.|[{}()[\]:!,=$@|]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[A-Za-z_]\w*/g;

export function parseQuery(text: string, variables: Readonly<Record<string, unknown>>): Operation {
  const words = text.replaceAll(/#[^\n]*/g, "").match(token) ?? [];
  let at = 0;
  const peek = (): string => words[at] ?? "";
  const next = (): string => words[at++] ?? "";
  const accept = (word: string): boolean => peek() === word && ++at > 0;
  const expect = (word: string): void => {
    const found = next();
    if (found !== word)
      throw new QuerySyntaxError(`Expected ${word}, actual: ${found === "" ? "end of file" : found}`);
  };
  const fragments = new Map<string, readonly Field[]>();
  const spreads: { readonly name: string; readonly into: Field[] }[] = [];

  const value = (): unknown => {
    const word = next();
    if (word === "$") return variables[next()];
    if (word === "[") {
      const items: unknown[] = [];
      while (!accept("]")) {
        if (peek() === "") expect("]");
        items.push(value());
        accept(",");
      }
      return items;
    }
    if (word === "{") {
      const entries: [string, unknown][] = [];
      while (!accept("}")) {
        const name = next();
        expect(":");
        entries.push([name, value()]);
        accept(",");
      }
      return Object.fromEntries(entries);
    }
    if (word.startsWith('"') || /^-?\d/.test(word) || ["true", "false", "null"].includes(word))
      return JSON.parse(word) as unknown;
    return word;
  };

  const args = (): Record<string, unknown> => {
    const given: Record<string, unknown> = {};
    if (!accept("(")) return given;
    while (!accept(")")) {
      const name = next();
      expect(":");
      given[name] = value();
      accept(",");
    }
    return given;
  };

  const selection = (): Field[] => {
    expect("{");
    const fields: Field[] = [];
    while (!accept("}")) {
      if (peek() === "") expect("}");
      if (accept("...")) {
        if (accept("on")) next();
        else if (peek() !== "{") {
          spreads.push({ name: next(), into: fields });
          continue;
        }
        fields.push(...selection());
        continue;
      }
      const first = next();
      const name = accept(":") ? next() : first;
      const given = args();
      fields.push({ name, as: first, args: given, ...(peek() === "{" ? { fields: selection() } : {}) });
      accept(",");
    }
    return fields;
  };

  /** Past the name and the declared variables of an operation; their values are given beside the query. */
  const skipToSelection = (): void => {
    while (peek() !== "{" && peek() !== "") at += 1;
  };

  let operation: Operation | undefined;
  while (peek() !== "") {
    const kind = peek() === "{" ? "query" : next();
    if (kind === "fragment") {
      const name = next();
      skipToSelection();
      fragments.set(name, selection());
    } else if (kind === "query" || kind === "mutation") {
      skipToSelection();
      operation = { kind, fields: selection() };
    } else throw new QuerySyntaxError(`Unexpected ${kind}`);
  }
  if (!operation) throw new QuerySyntaxError("No query string was present");
  for (const { name, into } of spreads.toReversed()) into.push(...(fragments.get(name) ?? []));
  return operation;
}
