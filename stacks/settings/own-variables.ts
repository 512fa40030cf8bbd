import { z } from "zod";
import type { Composition } from "@rollout/infra/rollout/records/entry";

/** The two that variables and secrets are given to; `workers` is every worker. */
export const receivers = ["web", "workers"] as const;
export type Receiver = (typeof receivers)[number];

/** Name of a variable or a secret of the application's own. */
export const variableName = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]*$/, "a variable's name in capitals, such as STRIPE_KEY");

const values = z.record(variableName, z.string().min(1));

/** `rollout:variables`: what a stack gives in addition to the variables of the program. */
export const ownVariablesSchema = z.strictObject({
  web: values
    .optional()
    .describe(
      "Of the web, such as NEXT_PUBLIC_SITE: its build sees them as well, and Vercel freezes them into it. Changing one deploys the web.",
    ),
  workers: values.optional().describe("Of every worker. Changing one deploys them."),
});
export type OwnVariables = z.infer<typeof ownVariablesSchema>;

/** What the program, the clouds or the tests of a release set themselves, and what changes how a process is run. */
const reserved: ReadonlySet<string> = new Set([
  ...["DATABASE_URL", "API_KEYS", "HOST", "PORT", "VERCEL"],
  ...["PATH", "HOME", "SHELL", "TMPDIR", "IFS", "ENV", "BASH_ENV"],
  ...["NODE_OPTIONS", "NODE_PATH", "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"],
]);
const reservedPrefix = /^(LD|DYLD|FLY|VERCEL|SMOKE_TEST|ROLLOUT|PULUMI)_/;

export function isReserved(name: string): boolean {
  return reserved.has(name) || reservedPrefix.test(name);
}

const takenBy = "given by the program itself, or change how a process runs";

/** What is wrong with the names under a setting; faults name each, and what it is for. */
export function reservedFaults(setting: string, names: readonly string[]): readonly string[] {
  const found = names.filter(isReserved);
  return found.length === 0
    ? []
    : [`${setting}: the names ${found.join(", ")} are ${takenBy}. Use other names, or take them out`];
}

/** What is wrong with the variables of a stack, of which the application gives some itself. */
export function variableFaults(
  variables: OwnVariables | undefined,
  given: Composition["variables"],
): readonly string[] {
  return receivers.flatMap((receiver) => {
    const setting = `rollout:variables.${receiver}`;
    const names = Object.keys(variables?.[receiver] ?? {});
    const twice = names.filter((name) => given[receiver][name] !== undefined);
    return [
      ...reservedFaults(`variables.${receiver} of rollout.config.ts`, Object.keys(given[receiver])),
      ...reservedFaults(setting, names),
      ...(twice.length === 0
        ? []
        : [
            `${setting}: rollout.config.ts gives ${twice.join(", ")}. Set what it is made of, or use other names`,
          ]),
    ];
  });
}

/**
 * A release of the record has the variables of its time, which no setting has been read for.
 *
 * @throws Error that names those that no stack could have given it.
 */
export function checkVariables(variables: Composition["variables"]): void {
  for (const receiver of receivers) {
    const found = Object.keys(variables[receiver]).filter(
      (name) => isReserved(name) || !variableName.safeParse(name).success,
    );
    if (found.length > 0)
      throw new Error(
        `the record's release gives ${receiver === "web" ? "the web" : "the workers"} the variables ${found.join(", ")}, ` +
          "which no rollout records. A user may have changed the record: choose another release",
      );
  }
}

/** A receiver's variables; what is fixed wins over settings and records, and keeps its place. */
export function withFixed<T>(
  own: Readonly<Record<string, T>>,
  fixed: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  return { ...fixed, ...own, ...fixed };
}
