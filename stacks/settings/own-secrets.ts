import type { OwnVariables, Receiver } from "./own-variables.ts";
import { receivers, reservedFaults } from "./own-variables.ts";

/** Where the values stand: an object in the stack's configuration, each of its values encrypted. */
export const secretsKey = "rollout:secrets";

/** The settings that name the secrets of each receiver. */
const lists: Readonly<Record<Receiver, string>> = {
  web: "rollout:vercel.secrets",
  workers: "rollout:fly.secrets",
};

export interface OwnSecretsArgs {
  /** The names of each receiver: those that the application declares, and those that the settings add. */
  readonly names: Readonly<Record<Receiver, readonly string[]>>;
  /** Names that the application declares. */
  readonly declared: readonly string[];
  /** The plain variables of the stack. */
  readonly variables: OwnVariables | undefined;
  /** What the stack's configuration has under `rollout:secrets`, decrypted; nothing when it has no such key. */
  readonly configured: unknown;
  /** Whether the engine keeps that key encrypted. */
  readonly isEncrypted: boolean;
  /** Has the value of a declared secret under its name where the configuration has none. */
  readonly environment: NodeJS.ProcessEnv;
  readonly stack: string;
}

type Values = Readonly<Record<string, string>>;

/**
 * The application's secrets: declaration and settings name them, so that a review sees what web and workers get, and the
 * encrypted configuration has their values. Faults never quote a value.
 */
export function ownSecrets(args: OwnSecretsArgs): {
  readonly values: Readonly<Record<Receiver, Values>>;
  readonly faults: readonly string[];
} {
  const { names, declared, variables, configured, isEncrypted, environment, stack } = args;
  const given = isObject(configured) ? configured : {};
  const set = (name: string): string =>
    `pulumi config set --stack ${stack} --secret --path '${secretsKey}.${name}'`;
  const named = new Set(receivers.flatMap((receiver) => names[receiver]));
  const valueOf = (name: string): string | undefined => {
    const value = given[name] ?? (declared.includes(name) ? environment[name] : undefined);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const missing = (name: string): string => {
    if (declared.includes(name))
      return `${secretsKey}.${name}: rollout.config.ts declares it, and it has no value: ${set(name)}, or set the environment variable ${name}`;
    const by = receivers.filter((receiver) => names[receiver].includes(name)).map((each) => lists[each]);
    return `${secretsKey}.${name}: ${by.join(" and ")} ${by.length === 1 ? "names" : "name"} it, and it has no value: ${set(name)}`;
  };
  const faults = [
    ...(configured === undefined || isObject(configured)
      ? []
      : [`${secretsKey}: expected an object with a value for each name. Set one value with: ${set("NAME")}`]),
    ...(isObject(configured) && !isEncrypted
      ? [`${secretsKey} stands in plain text. Set each value again with: ${set("NAME")}`]
      : []),
    ...receivers.flatMap((receiver) => [
      ...reservedFaults(lists[receiver], names[receiver]),
      ...names[receiver]
        .filter((name) => variables?.[receiver]?.[name] !== undefined)
        .map((name) => {
          const at = `rollout:variables.${receiver}`;
          return declared.includes(name)
            ? `${at}.${name}: rollout.config.ts declares it as a secret. Take it out: pulumi config rm --stack ${stack} --path '${at}.${name}'`
            : `${lists[receiver]}: ${name} is in ${at} as well; take it out of one`;
        }),
    ]),
    ...[...named].filter((name) => valueOf(name) === undefined).map(missing),
    ...Object.keys(given)
      .filter((name) => !named.has(name))
      .map(
        (name) =>
          `${secretsKey}.${name}: nothing gets it. Add ${name} to ${lists.workers} or ${lists.web}, or: ` +
          `pulumi config rm --stack ${stack} --path '${secretsKey}.${name}'`,
      ),
  ];
  const valuesOf = (receiver: Receiver): Values =>
    Object.fromEntries(
      names[receiver].flatMap((name) => {
        const value = valueOf(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
  return { values: { web: valuesOf("web"), workers: valuesOf("workers") }, faults };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
