import { readdirSync } from "node:fs";
import { pullRequestOf } from "@rollout/infra/preview/names";
import { nearest } from "../stacks/wording.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Refuses a stack that the checkout has no file for, before anything is started.
 *
 * @param command with its words, as it is to be typed again.
 * @throws UsageError that names the stack that was meant, with the command.
 */
export function requireKnownStack(checkout: string, command: string, stack: string): void {
  // Before it may stand the organization and the project.
  const name = stack.split("/").at(-1) ?? "";
  const known = readdirSync(checkout).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  if (known.includes(name)) return;
  const pullRequest = pullRequestOf(name);
  if (pullRequest !== undefined)
    throw new UsageError(
      `The stack ${name} has no file in the checkout: it is the environment of a pull request. bin/rollout preview-env up ${String(pullRequest)}`,
    );
  const meant = nearest(name, known);
  const help = meant
    ? `Did you mean: bin/rollout ${command} --stack ${meant}`
    : `The stacks are ${known.join(", ")}: bin/rollout ${command} --stack ${known[0] ?? "STACK"}`;
  throw new UsageError(`There is no stack ${stack}: Pulumi.${name}.yaml is not in ${checkout}. ${help}`);
}
