/** What an expression can be: what JSON has. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

/** The contexts that expressions read, by name, and how what ran before has ended. */
export interface Scope {
  readonly contexts: Readonly<Record<string, Value>>;
  /** Of what `success()`, `failure()` and `cancelled()` speak. */
  readonly status: "success" | "failure" | "cancelled";
}

/**
 * The value of a GitHub Actions expression, as docs.github.com/actions/reference/workflows-and-actions/expressions has
 * it. Object filters (`*`) and hashFiles are left out and refused, as every context is that the scope lacks.
 */
export function evaluate(text: string, scope: Scope): Value {
  return new Parser(tokensOf(text), text, scope).whole();
}

/** A text with its `${{ … }}` replaced by their values. */
export function interpolate(text: string, scope: Scope): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_all, inner: string) => asText(evaluate(inner, scope)));
}

/** Whether a step or a job runs: without a status function in its condition, only after nothing failed. */
export function isMet(condition: string | boolean | undefined, scope: Scope): boolean {
  if (condition === undefined || typeof condition === "boolean")
    return condition !== false && scope.status === "success";
  const inner = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(condition)?.[1] ?? condition;
  const saysWhen = /\b(success|failure|cancelled|always)\s*\(/.test(inner);
  return (saysWhen || scope.status === "success") && isTrue(evaluate(inner, scope));
}

/** As GitHub writes a value into a text. */
export function asText(value: Value): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function isTrue(value: Value): boolean {
  return value !== null && value !== false && value !== 0 && value !== "";
}

type Token =
  | { readonly kind: "literal"; readonly value: Value }
  | { readonly kind: "name" | "sign"; readonly text: string };

const literals: Readonly<Record<string, Value>> = { true: true, false: false, null: null };

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s*(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w-]*)|(==|!=|<=|>=|&&|\|\||[!<>()[\],.]))/gy;
  const end = text.trimEnd().length;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw new Error(`the expression ${text.trim()} cannot be read at: ${text.slice(at).trim()}`);
    const [, quoted, number, name, sign = ""] = match;
    if (quoted !== undefined) tokens.push({ kind: "literal", value: quoted.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: "literal", value: Number(number) });
    else if (name === undefined) tokens.push({ kind: "sign", text: sign });
    else if (Object.hasOwn(literals, name)) tokens.push({ kind: "literal", value: literals[name] ?? null });
    else tokens.push({ kind: "name", text: name });
  }
  return tokens;
}

/** By precedence: or, and, comparison, not, what stands for itself. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #text: string;
  readonly #scope: Scope;
  #at = 0;

  constructor(tokens: readonly Token[], text: string, scope: Scope) {
    this.#tokens = tokens;
    this.#text = text;
    this.#scope = scope;
  }

  whole(): Value {
    const value = this.#or();
    if (this.#at < this.#tokens.length) throw this.#unread();
    return value;
  }

  #or(): Value {
    let left = this.#and();
    while (this.#take("||")) {
      const right = this.#and();
      left = isTrue(left) ? left : right;
    }
    return left;
  }

  #and(): Value {
    let left = this.#comparison();
    while (this.#take("&&")) {
      const right = this.#comparison();
      left = isTrue(left) ? right : left;
    }
    return left;
  }

  #comparison(): Value {
    const left = this.#not();
    for (const sign of ["==", "!=", "<=", ">=", "<", ">"])
      if (this.#take(sign)) return compare(sign, left, this.#not());
    return left;
  }

  #not(): Value {
    return this.#take("!") ? !isTrue(this.#not()) : this.#primary();
  }

  #primary(): Value {
    if (this.#take("(")) {
      const value = this.#or();
      this.#expect(")");
      return value;
    }
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token?.kind === "literal") return token.value;
    if (token?.kind !== "name") throw this.#unread();
    return this.#take("(") ? this.#call(token.text) : this.#path(token.text);
  }

  #call(name: string): Value {
    const given: Value[] = [];
    while (!this.#take(")")) {
      if (given.length > 0) this.#expect(",");
      given.push(this.#or());
    }
    const { status } = this.#scope;
    if (name === "always") return true;
    if (name === "success" || name === "failure" || name === "cancelled") return status === name;
    const called = functions[name.toLowerCase()];
    if (!called)
      throw new Error(`the expression ${this.#text.trim()} calls ${name}, which is not known here`);
    return called(given);
  }

  #path(name: string): Value {
    const { contexts } = this.#scope;
    if (!Object.hasOwn(contexts, name))
      throw new Error(`the expression ${this.#text.trim()} reads ${name}, which is not known here`);
    let value = contexts[name] ?? null;
    for (;;) {
      if (this.#take(".")) {
        const token = this.#tokens[this.#at];
        this.#at += 1;
        if (token?.kind !== "name") throw this.#unread();
        value = memberOf(value, token.text);
      } else if (this.#take("[")) {
        value = memberOf(value, asText(this.#or()));
        this.#expect("]");
      } else return value;
    }
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "sign" || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw this.#unread();
  }

  #unread(): Error {
    return new Error(`the expression ${this.#text.trim()} cannot be read`);
  }
}

function memberOf(value: Value, name: string): Value {
  if (value === null || typeof value !== "object") return null;
  return (value as Readonly<Record<string, Value>>)[name] ?? null;
}

/** Texts are compared without their case; values of different kinds as numbers. */
function compare(sign: string, left: Value, right: Value): boolean {
  const fold = (value: Value): Value => (typeof value === "string" ? value.toLowerCase() : value);
  const [one, other] =
    typeof left === typeof right ? [fold(left), fold(right)] : [asNumber(left), asNumber(right)];
  if (sign === "==") return one === other;
  if (sign === "!=") return one !== other;
  const [first, second] = [asNumber(one), asNumber(other)];
  if (sign === "<") return first < second;
  if (sign === ">") return first > second;
  return sign === "<=" ? first <= second : first >= second;
}

function asNumber(value: Value): number {
  if (value === null || value === "") return 0;
  return typeof value === "object" ? Number.NaN : Number(value);
}

const functions: Readonly<Record<string, (given: readonly Value[]) => Value>> = {
  contains: ([where = null, what = null]) =>
    Array.isArray(where)
      ? where.some((each: Value) => compare("==", each, what))
      : asText(where).toLowerCase().includes(asText(what).toLowerCase()),
  startswith: ([text = null, what = null]) =>
    asText(text).toLowerCase().startsWith(asText(what).toLowerCase()),
  endswith: ([text = null, what = null]) => asText(text).toLowerCase().endsWith(asText(what).toLowerCase()),
  format: ([text = null, ...values]) =>
    asText(text).replaceAll(/\{(\d+)\}/g, (_all, at: string) => asText(values[Number(at)] ?? null)),
  join: ([list = null, between = ","]) =>
    (Array.isArray(list) ? (list as readonly Value[]) : [list]).map(asText).join(asText(between)),
  tojson: ([value = null]) => JSON.stringify(value, undefined, 2),
  fromjson: ([text = null]) => JSON.parse(asText(text)) as Value,
};
