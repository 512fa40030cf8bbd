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
  /** The names that the settings list; a name in both lists goes to both. */
  readonly names: Readonly<Record<Receiver, readonly string[]>>;
  /** The plain variables of the stack. */
  readonly variables: OwnVariables | undefined;
  /** What the stack's configuration has under `rollout:secrets`, decrypted; nothing when it has no such key. */
  readonly configured: unknown;
  /** Whether the engine keeps that key encrypted. */
  readonly isEncrypted: boolean;
  readonly stack: string;
}

type Values = Readonly<Record<string, string>>;

/**
 * The application's own secrets: settings name them, so that a review sees what web and workers get, and the encrypted
 * configuration has their values. Faults never quote a value.
 */
export function ownSecrets(args: OwnSecretsArgs): {
  readonly values: Readonly<Record<Receiver, Values>>;
  readonly faults: readonly string[];
} {
  const { names, variables, configured, isEncrypted, stack } = args;
  const given = isObject(configured) ? configured : {};
  const set = (name: string): string =>
    `pulumi config set --stack ${stack} --secret --path '${secretsKey}.${name}'`;
  const named = new Set(receivers.flatMap((receiver) => names[receiver]));
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
        .map(
          (name) =>
            `${lists[receiver]}: ${name} is in rollout:variables.${receiver} as well; take it out of one`,
        ),
    ]),
    ...[...named]
      .filter((name) => typeof given[name] !== "string" || given[name] === "")
      .map((name) => {
        const by = receivers.filter((receiver) => names[receiver].includes(name)).map((each) => lists[each]);
        return `${secretsKey}.${name}: ${by.join(" and ")} ${by.length === 1 ? "names" : "name"} it, and it has no value: ${set(name)}`;
      }),
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
        const value = given[name];
        return typeof value === "string" ? [[name, value] as const] : [];
      }),
    );
  return { values: { web: valuesOf("web"), workers: valuesOf("workers") }, faults };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
