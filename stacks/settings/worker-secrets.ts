import { flagsVariable } from "./feature-flags.ts";

/** Names that the program gives values to itself. */
const own = ["DATABASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", flagsVariable];

/** Where the values stand: an object in the stack's configuration, each of its values encrypted. */
export const secretsKey = "atlaris:secrets";

export interface WorkerSecretsArgs {
  /** The names that `atlaris:fly.secrets` lists. */
  readonly names: readonly string[];
  /** What the stack's configuration has under `atlaris:secrets`, decrypted; nothing when it has no such key. */
  readonly configured: unknown;
  /** Whether the engine keeps that key encrypted. */
  readonly isEncrypted: boolean;
  readonly stack: string;
}

/**
 * The workers' further secrets: the setting names them, so that a review sees what an app gets, and the encrypted
 * configuration has their values. Faults never quote a value.
 */
export function workerSecrets(args: WorkerSecretsArgs): {
  readonly values: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
} {
  const { names, configured, isEncrypted, stack } = args;
  const given = isObject(configured) ? configured : {};
  const set = (name: string): string =>
    `pulumi config set --stack ${stack} --secret --path '${secretsKey}.${name}'`;
  const faults = [
    ...(configured === undefined || isObject(configured)
      ? []
      : [`${secretsKey}: expected an object with a value for each name. Set one value with: ${set("NAME")}`]),
    ...(isObject(configured) && !isEncrypted
      ? [`${secretsKey} stands in plain text. Set each value anew with: ${set("NAME")}`]
      : []),
    ...names
      .filter((name) => own.includes(name))
      .map((name) => `atlaris:fly.secrets: ${name} is given by the program itself; take it out of the list`),
    ...names
      .filter((name) => !own.includes(name) && (typeof given[name] !== "string" || given[name] === ""))
      .map(
        (name) => `${secretsKey}.${name}: atlaris:fly.secrets names it, and it has no value: ${set(name)}`,
      ),
    ...Object.keys(given)
      .filter((name) => !names.includes(name))
      .map(
        (name) =>
          `${secretsKey}.${name}: no app gets it. Add ${name} to atlaris:fly.secrets, or: ` +
          `pulumi config rm --stack ${stack} --path '${secretsKey}.${name}'`,
      ),
  ];
  const values = Object.fromEntries(
    names.flatMap((name) => {
      const value = given[name];
      return typeof value === "string" ? [[name, value] as const] : [];
    }),
  );
  return { values, faults };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
