import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { machineVariables } from "../shared/machine-variables.ts";
import { engineOf } from "./engine-process.ts";

/** Options of the engine that leave steps out of a run: `pulumi up --help`. */
const partial = /^--?(target|exclude|target-replace|t)(=|$)/;
/** The same as variables, which the engine reads as well. */
const partialVariables = ["PULUMI_OPTION_TARGET", "PULUMI_OPTION_EXCLUDE", "PULUMI_OPTION_TARGET_REPLACE"];

/**
 * The options of this run that leave steps out of it, without their values; empty for a complete run, and where the system
 * does not show the engine's command line.
 */
export function partialOptions(
  words: readonly string[] = engineText(),
  environment: NodeJS.ProcessEnv = process.env,
): readonly string[] {
  const options = words.filter((word) => partial.test(word)).map((word) => word.replace(/=.*/s, ""));
  const variables = partialVariables.filter((name) => environment[name]);
  return [...new Set([...options, ...variables])];
}

/** Whether this run reads first what is really there: by `--refresh`, or by the variable for it. */
export function isRefreshing(
  words: readonly string[] = engineText(),
  environment: NodeJS.ProcessEnv = process.env,
): boolean {
  const isAsked = (value: string | undefined): boolean => /^(true|1|yes)$/i.test(value ?? "");
  return (
    words.some(
      (word) => word === "-r" || word === "--refresh" || isAsked(/^--refresh=(.*)$/.exec(word)?.[1]),
    ) || isAsked(environment["PULUMI_OPTION_REFRESH"])
  );
}

/** Names of the engine's command that deletes, with or without options: `pulumi destroy --help`. */
const destroys = ["destroy", "dn", "down"];

/** The same for a run that changes a stack; a destroy may leave steps out. */
export function partialUpOptions(
  words: readonly string[] = engineText(),
  environment: NodeJS.ProcessEnv = process.env,
): readonly string[] {
  const command = words.slice(1).find((word) => destroys.includes(word) || /^(up|update)$/.test(word));
  return command !== undefined && destroys.includes(command) ? [] : partialOptions(words, environment);
}

function engineText(): readonly string[] {
  const engine = String(engineOf());
  try {
    return readFileSync(`/proc/${engine}/cmdline`, "utf8").split("\0");
  } catch {
    return wordsByPs(engine);
  }
}

/** Elsewhere than on Linux. */
function wordsByPs(engine: string): readonly string[] {
  try {
    return execFileSync("ps", ["-o", "args=", "-p", engine], {
      encoding: "utf8",
      env: machineVariables(process.env),
      timeout: 2_000,
    }).split(/\s+/);
  } catch {
    return [];
  }
}
