import { readdirSync } from "node:fs";
import { nearest } from "../stacks/wording.ts";

/** What users of other tools type, and what does it here. */
const elsewhere: Readonly<Record<string, string>> = {
  deploy: "bin/rollout up --stack STACK",
  undo: "bin/rollout rollback --stack STACK",
  destroy: "pulumi destroy --stack STACK",
  refresh: "bin/rollout up --stack STACK --refresh",
  diff: "bin/rollout preview --stack STACK",
};

/** The message for a command that there is not, with the one that was meant where that can be seen. */
export function unknownCommand(name: string, rest: readonly string[], known: readonly string[]): string {
  const instead = Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined;
  const near = nearest(name, known);
  const help =
    instead !== undefined
      ? `Use: ${instead}`
      : near !== undefined
        ? `Did you mean: ${["bin/rollout", near, ...rest].join(" ")}`
        : `There is: ${known.join(", ")}`;
  return `There is no command ${name}. ${help}. See: bin/rollout --help`;
}

/**
 * The command line that was meant where a stack's name stands without its option; undefined where that is not the mistake.
 *
 * @param given all words behind the command.
 */
export function withStackOption(
  checkout: string,
  name: string,
  given: readonly string[],
): string | undefined {
  if (given.some((word) => /^(-s|--stack)(=|$)/.test(word))) return undefined;
  const stacks = readdirSync(checkout).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  const at = given.findIndex((word) => stacks.includes(word));
  const stack = given[at];
  if (stack === undefined) return undefined;
  const isMisspelt = nearest(given[at - 1] ?? "", ["--stack"]) !== undefined;
  const others = given.filter((_word, index) => index !== at && !(isMisspelt && index === at - 1));
  return ["bin/rollout", name, ...others, "--stack", stack].join(" ");
}
