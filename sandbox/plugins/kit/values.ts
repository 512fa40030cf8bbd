/** Values as a provider plugin sees them: JSON. */
export type Properties = Readonly<Record<string, unknown>>;

// The engine's marks, the same in every SDK (runtime/rpc.ts of @pulumi/pulumi).
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Stands in a preview for what only the real run will know. */
export const unknownValue: unknown = unknownText;

/** A property bag without the engine's marks, and what the marks meant. */
export interface Opened {
  /** The values; properties that are not known yet are absent. */
  readonly values: Properties;
  /** Names of the properties that hold a secret, at whatever depth. */
  readonly secret: ReadonlySet<string>;
  /** Names of the properties that are not known yet, in part or completely. */
  readonly unknown: ReadonlySet<string>;
}

interface Marks {
  secret: boolean;
  unknown: boolean;
}

/** Whether a value is an object with properties, no list. */
export function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function openValue(value: unknown, marks: Marks): unknown {
  if (value === unknownText) {
    marks.unknown = true;
    return undefined;
  }
  if (Array.isArray(value)) return value.map((item) => openValue(item, marks));
  if (!isMap(value)) return value;
  const signature = value[signatureKey];
  if (signature === secretSignature) marks.secret = true;
  else if (signature === outputSignature) {
    if (value["secret"] === true) marks.secret = true;
    if (!("value" in value)) marks.unknown = true;
  } else
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, openValue(item, marks)] as const),
    );
  return openValue(value["value"], marks);
}

/** Takes the engine's marks off. */
export function open(properties: Properties): Opened {
  const values: Record<string, unknown> = {};
  const secret = new Set<string>();
  const unknown = new Set<string>();
  for (const [key, value] of Object.entries(properties)) {
    const marks: Marks = { secret: false, unknown: false };
    const opened = openValue(value, marks);
    if (marks.secret) secret.add(key);
    if (marks.unknown) unknown.add(key);
    else if (opened !== null && opened !== undefined) values[key] = opened;
  }
  return { values, secret, unknown };
}

/** Marks a value as secret; one that is marked already stays as it is. */
export function seal(value: unknown): unknown {
  if (isMap(value) && value[signatureKey] === secretSignature) return value;
  return { [signatureKey]: secretSignature, value };
}

/** Whether two values without marks are the same; the order of keys does not count. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, at) => sameValue(item, right[at]));
  if (isMap(left) && isMap(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].every((key) => sameValue(left[key], right[key]));
  }
  return left === right || (left ?? undefined) === (right ?? undefined);
}
