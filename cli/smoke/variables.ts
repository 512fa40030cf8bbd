/**
 * `${name}`, `${env.NAME}`, `${env.NAME:-otherwise}`, `${run.mark}`, `${run.number}`; `$${` is the text `${`. Of the environment only what
 * is meant for smoke tests can be read: the user's has the tokens of the clouds as well.
 */
const reference = /\$\$\{|\$\{([^}]*)\}/g;
const form =
  /^(?:env\.(?<env>SMOKE_TEST_\w+)(?::-(?<otherwise>.*))?|run\.(?<run>mark|number)|(?<captured>[A-Za-z]\w*))$/;

export type Reference =
  | { readonly kind: "env"; readonly name: string; readonly otherwise: string | undefined }
  | { readonly kind: "mark" }
  | { readonly kind: "number" }
  | { readonly kind: "captured"; readonly name: string };

/** What a run knows: nothing of it is changed by a reference. */
export interface Values {
  readonly environment: NodeJS.ProcessEnv;
  /** Marks what this run makes, so that it can be found. */
  readonly mark: string;
  /** Number of the request within a load; smoke suites have none. */
  readonly number?: string;
  readonly captured: ReadonlyMap<string, unknown>;
}

/** A value that is not there, by which a check or a step cannot be done. */
export class MissingValue extends Error {
  override readonly name = "MissingValue";
}

/**
 * Every reference in the texts of a value.
 *
 * @throws Error for one of another form.
 */
export function referencesIn(value: unknown): readonly Reference[] {
  if (typeof value === "string")
    return [...value.matchAll(reference)].flatMap(([found, inner]) =>
      inner === undefined ? [] : [parse(inner, found)],
    );
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [...referencesIn(key), ...referencesIn(each)]);
}

/**
 * The value with what its references stand for. A text that is one reference and nothing else keeps the type of the value.
 *
 * @param encode of a value that becomes a part of a text.
 * @throws MissingValue that names what is missing.
 */
export function resolve<T>(value: T, values: Values, encode: (text: string) => string = same): T {
  return resolveAny(value, values, encode) as T;
}

/** The text with what its references stand for. */
export function resolveToText(text: string, values: Values): string {
  return String(resolve<unknown>(text, values));
}

/** A path or address: values are percent-encoded, but for one that it begins with, such as a captured address. */
export function resolveAddress(text: string, values: Values): string {
  const [first] = text.matchAll(reference);
  if (first?.[1] === undefined || first.index !== 0) return resolve(text, values, encodeURIComponent);
  const start = String(lookUp(parse(first[1], first[0]), values));
  return start + resolve(text.slice(first[0].length), values, encodeURIComponent);
}

function resolveAny(value: unknown, values: Values, encode: (text: string) => string): unknown {
  if (typeof value === "string") return resolveText(value, values, encode);
  if (Array.isArray(value)) return value.map((each) => resolveAny(each, values, encode));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      String(resolveText(key, values, encode)),
      resolveAny(each, values, encode),
    ]),
  );
}

function resolveText(text: string, values: Values, encode: (text: string) => string): unknown {
  const [only] = text.matchAll(reference);
  if (only?.[0] === text && only[1] !== undefined && encode === same)
    return lookUp(parse(only[1], only[0]), values);
  return text.replaceAll(reference, (found: string, inner: string | undefined) =>
    inner === undefined ? "${" : encode(asText(lookUp(parse(inner, found), values))),
  );
}

const same = (text: string): string => text;

function parse(inner: string, found: string): Reference {
  const { env, otherwise, run, captured } = form.exec(inner)?.groups ?? {};
  if (env !== undefined) return { kind: "env", name: env, otherwise };
  if (run === "mark" || run === "number") return { kind: run };
  if (captured !== undefined) return { kind: "captured", name: captured };
  throw new Error(
    `${found} is no reference; there is \${NAME} of a captured value, \${env.SMOKE_TEST_NAME}, \${env.SMOKE_TEST_NAME:-otherwise} and \${run.mark}, and $\${ for the text \${`,
  );
}

function lookUp(of: Reference, { environment, mark, number, captured }: Values): unknown {
  if (of.kind === "mark") return mark;
  if (of.kind === "number") {
    if (number !== undefined) return number;
    throw new MissingValue("only requests of a load profile have a run.number");
  }
  if (of.kind === "captured") {
    if (captured.has(of.name)) return captured.get(of.name);
    throw new MissingValue(`no check has captured ${of.name}`);
  }
  const value = environment[of.name];
  if (value) return value;
  if (of.otherwise !== undefined) return of.otherwise;
  throw new MissingValue(`${of.name} is not set in the environment`);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
