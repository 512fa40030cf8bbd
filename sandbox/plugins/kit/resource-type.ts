import { sameValue, type Opened, type Properties } from "./values.ts";

/** What one input of a resource may be. */
export interface PropertyRule {
  readonly type: "string" | "boolean" | "number" | "strings" | "list" | "map";
  /** A change makes a new resource instead of changing this one. */
  readonly replaces?: boolean;
  readonly required?: boolean;
  /** Secret in the state, even where the program did not mark it. */
  readonly secret?: boolean;
  /** Filled in by the cloud where the program sets nothing: to leave it out is no change. */
  readonly computed?: boolean;
  /** What it is where the program sets nothing; the state has it as an input. */
  readonly default?: boolean;
}

/** What an operation may use in addition to its values. */
export interface Operation {
  readonly urn: string;
  /** Last part of the URN. */
  readonly name: string;
  /** Set when the user cancels and when the resource's own time limit is over. */
  readonly signal: AbortSignal;
  /** Configuration of the provider, without the engine's marks. */
  readonly config: Properties;
  /** Shows a line at the resource while it is at work. Never a secret. */
  log(line: string): void;
}

/** What is really there. */
export interface ReadResult {
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** The id to keep, where an import is asked for by another. */
  readonly id?: string;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** One type of resource. All values are without the engine's marks. */
export interface ResourceType {
  /** Every input that the real resource knows; others are refused. */
  readonly inputs: Readonly<Record<string, PropertyRule>>;
  /** What it computes; `true` for those that are secret. */
  readonly outputs: Readonly<Record<string, boolean>>;
  /** A secret input makes every output secret. @default false */
  readonly spreadsSecrets?: boolean;
  /** Rules beyond types and required properties; `inputs` that are unknown yet are absent. */
  check?(inputs: Opened): readonly CheckFailure[];
  /** One form for inputs that mean the same, before they are compared: lists whose order does not count, for instance. */
  normalize?(inputs: Properties): Properties;
  /** Which of the changed inputs replace the resource, where that hangs on what else changed. */
  replacedBy?(changed: ReadonlySet<string>): ReadonlySet<string>;
  /** Gives the id and the computed outputs; inputs are kept with them. */
  create(
    inputs: Properties,
    operation: Operation,
  ): Promise<{ readonly id: string; readonly outputs: Properties }>;
  /**
   * What is really there: inputs and outputs; nothing when it is gone. Without it, the state is believed. An import has an
   * id only; state and inputs are empty then.
   */
  read?(
    id: string,
    state: Properties,
    operation: Operation,
    /** The inputs of the last update: what the program itself sets. */
    inputs: Properties,
  ): Promise<ReadResult | undefined>;
  /** Gives the computed outputs. */
  update(id: string, state: Properties, inputs: Properties, operation: Operation): Promise<Properties>;
  /** One that is gone already is no failure. */
  delete(id: string, state: Properties, operation: Operation): Promise<void>;
  /** Outputs that an update computes again; in a preview they are not known. @default all */
  readonly renewedByUpdate?: readonly string[];
}

/** Everything that is wrong with the inputs. Those whose name begins with two underscores are the engine's. */
export function checkInputs(type: ResourceType, inputs: Opened): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const { values, unknown } = inputs;
  for (const [property, value] of Object.entries(values)) {
    const rule = type.inputs[property];
    if (!rule) {
      if (!property.startsWith("__"))
        failures.push({
          property,
          reason: `is not a property of this resource (${Object.keys(type.inputs).join(", ")})`,
        });
    } else if (!hasType(value, rule.type))
      failures.push({ property, reason: `must be a ${wordFor[rule.type]}` });
  }
  for (const [property, rule] of Object.entries(type.inputs))
    if (rule.required && values[property] === undefined && !unknown.has(property))
      failures.push({ property, reason: "is required" });
  return [...failures, ...(type.check?.(inputs) ?? [])];
}

const wordFor: Readonly<Record<PropertyRule["type"], string>> = {
  string: "string",
  boolean: "boolean",
  number: "number",
  strings: "list of strings",
  list: "list",
  map: "map",
};

function hasType(value: unknown, type: PropertyRule["type"]): boolean {
  if (type === "list") return Array.isArray(value);
  if (type === "strings") return Array.isArray(value) && value.every((item) => typeof item === "string");
  if (type === "map") return typeof value === "object" && !Array.isArray(value);
  return typeof value === type;
}

/** One property that differs, and whether that replaces the resource. */
export interface Change {
  readonly property: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

export function changesBetween(type: ResourceType, old: Opened, next: Opened): Change[] {
  const normal = (values: Properties): Properties => type.normalize?.(values) ?? values;
  const [was, willBe] = [normal(old.values), normal(next.values)];
  const names = new Set([...Object.keys(was), ...Object.keys(willBe), ...next.unknown]);
  const changes: Change[] = [];
  for (const property of names) {
    if (property.startsWith("__")) continue;
    const before = was[property];
    const after = willBe[property];
    const unknown = next.unknown.has(property);
    if (!unknown && sameValue(before, after)) continue;
    if (!unknown && after === undefined && type.inputs[property]?.computed) continue;
    changes.push({
      property,
      kind: before === undefined ? "add" : after === undefined && !unknown ? "delete" : "update",
      replaces: type.inputs[property]?.replaces ?? false,
    });
  }
  const replacing = type.replacedBy?.(new Set(changes.map(({ property }) => property)));
  return changes.map((change) => ({
    ...change,
    replaces: change.replaces || (replacing?.has(change.property) ?? false),
  }));
}

/** The inputs with the defaults of the type filled in, their names listed as the bridged providers do. */
export function withDefaults(type: ResourceType, inputs: Properties): Properties {
  const filled = Object.entries(type.inputs).filter(
    ([name, rule]) => rule.default !== undefined && (inputs[name] ?? undefined) === undefined,
  );
  if (filled.length === 0) return inputs;
  return {
    ...inputs,
    ...Object.fromEntries(filled.map(([name, rule]) => [name, rule.default])),
    __defaults: filled.map(([name]) => name),
  };
}
