/** What `pulumi stack export` gives, as far as it is looked at here. */
export interface ExportedState {
  readonly version: number;
  readonly deployment: Deployment;
}

interface Deployment {
  readonly secrets_providers?: unknown;
  /** Absent when nothing is left. */
  readonly resources?: readonly StateResource[];
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  /** Of a resource that the program imports: the id that it asked for. */
  readonly importID?: string;
  readonly inputs?: Values;
  readonly outputs?: Values;
}

type Values = Readonly<Record<string, unknown>>;

/** By this key and value the engine knows a secret in a state. */
const secretKey = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

/** What stands in a golden state in the place of every secret: the JSON of a text, as the engine keeps it. */
export const placeholder = '"a secret"';

/** Says nothing about the shape of a state, and changes with every rollout or line of the program. */
const noise = ["created", "modified", "sourcePosition", "stackTrace"];

/** Makes an exported state one that can be kept: no secret, not even encrypted, and no address of its sandbox. */
export function toGolden(state: ExportedState): unknown {
  const { secrets_providers: _provider, ...deployment } = state.deployment;
  return { ...state, deployment: { ...deployment, resources: (deployment.resources ?? []).map(clean) } };
}

function clean(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/(127\.0\.0\.1|localhost):\d+/g, "$1:1");
  if (Array.isArray(value)) return value.map(clean);
  if (!isObject(value)) return value;
  if (isSecret(value)) return { [secretKey]: secretMark, plaintext: placeholder };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !noise.includes(key))
      .map(([key, inner]) => [key, clean(inner)]),
  );
}

/**
 * The state as the version of `golden` would have left it where `live` is the state of today's: the resources and
 * properties of `golden`, with the ids, addresses and secrets of what is really there.
 */
export function asItWouldBe(golden: ExportedState, live: ExportedState): ExportedState {
  const found = new Map((live.deployment.resources ?? []).map((resource) => [resource.urn, resource]));
  const resources = (golden.deployment.resources ?? []).map((resource): StateResource => {
    const there = found.get(resource.urn);
    if (!there) return resource;
    // A provider's own id stands in each of its resources.
    const isProvider = resource.type.startsWith("pulumi:providers:");
    return {
      ...resource,
      ...(there.id === undefined || isProvider ? {} : { id: there.id }),
      // The id of another sandbox would be an import of something else, and so a replacement.
      ...(resource.importID === undefined ? {} : { importID: there.importID ?? there.id ?? "" }),
      ...(resource.inputs ? { inputs: valuesOf(resource.inputs, there.inputs) } : {}),
      ...(resource.outputs ? { outputs: valuesOf(resource.outputs, there.outputs) } : {}),
    };
  });
  const { secrets_providers } = live.deployment;
  return { ...live, deployment: { ...golden.deployment, secrets_providers, resources } };
}

/** The keys of `before` with the values of now; what is not there any more keeps its own. */
function valuesOf(before: Values, now: Values | undefined): Values {
  return Object.fromEntries(
    Object.entries(before).map(([key, value]) => [
      key,
      // The line that finds a resource's provider is that version's own; today's must accept it.
      key === "__provider" ? value : valueOf(value, now?.[key]),
    ]),
  );
}

function valueOf(before: unknown, now: unknown): unknown {
  if (now === undefined || now === null) return before;
  if (isObject(before) && isSecret(before))
    return isObject(now) && isSecret(now) ? now : { ...before, plaintext: JSON.stringify(now) };
  if (isObject(before) && isObject(now) && !isSecret(now)) return valuesOf(before, now);
  return now;
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSecret(value: Values): boolean {
  return value[secretKey] === secretMark;
}
