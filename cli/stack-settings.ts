import { spawnSync } from "node:child_process";
import { application } from "../rollout.config.ts";
import { parseSettings, settingsPrefix as prefix } from "../stacks/settings/parse-settings.ts";
import type { Settings } from "../stacks/settings/schema.ts";
import type { Session } from "./command.ts";
import { withPassphraseAdvice } from "./passphrase.ts";
import { UsageError } from "./usage-error.ts";

const limitMilliseconds = 60_000;

/** One setting as `pulumi config --json` prints it: a text, or what was set by a path. */
interface ReadSetting {
  readonly value?: string;
  readonly objectValue?: unknown;
  readonly secret: boolean;
}

/** The engine is missing, or cannot read the stack where its state lives. */
export class StackUnreadable extends UsageError {}

/** A stack's configuration as the engine merges it, of its file, of `Pulumi.yaml` and of ESC environments. */
export interface StackConfig {
  /** Settings by the name of their group. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Names of the groups that are secret, whose values the engine keeps to itself. */
  readonly secret: readonly string[];
}

/**
 * What the engine prints to a question about a stack.
 *
 * @param command of `bin/rollout`, which is tried in the sandbox where there is no engine.
 * @throws StackUnreadable with the engine's reason where it does not answer.
 */
export function askPulumi(
  { checkout, environment }: Pick<Session, "checkout" | "environment">,
  stack: string,
  words: readonly string[],
  command: string,
): string {
  const { status, stdout, stderr, error } = spawnSync("pulumi", [...words, "--non-interactive"], {
    ...{ cwd: checkout, env: environment, timeout: limitMilliseconds },
    encoding: "utf8",
  });
  if (error)
    throw new StackUnreadable(
      (error as NodeJS.ErrnoException).code === "ENOENT"
        ? `There is no pulumi on the PATH. Install it (https://www.pulumi.com/docs/install/), or try everything on this machine: bin/sandbox bin/rollout ${command} --stack ${stack}`
        : `pulumi cannot be run: ${error.message}`,
    );
  if (status !== 0)
    throw new StackUnreadable(withPassphraseAdvice(stderr.replaceAll(/^error: /gm, "").trim(), stack));
  return stdout;
}

/**
 * Reads a stack's configuration through the engine, which knows where its file is and what else is merged into it.
 *
 * @throws StackUnreadable where the engine gives none.
 */
export function readStackConfig({ checkout, environment }: Session, stack: string): StackConfig {
  const stdout = askPulumi({ checkout, environment }, stack, ["config", "--stack", stack, "--json"], "up");
  const read = JSON.parse(stdout) as Readonly<Record<string, ReadSetting>>;
  const groups = Object.entries(read)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, each]) => [key.slice(prefix.length), each] as const);
  return {
    given: Object.fromEntries(
      groups
        .filter(([, { secret }]) => !secret)
        .map(([key, { value, objectValue }]) => [key, objectValue ?? value]),
    ),
    secret: groups.filter(([, { secret }]) => secret).map(([key]) => key),
  };
}

/**
 * Reads a stack's settings through the engine. Secrets are none and stay out.
 *
 * @throws UsageError that names what is missing or wrong; StackUnreadable where the engine gives no settings.
 */
export function readStackSettings(session: Session, stack: string): Settings {
  const { given } = readStackConfig(session, stack);
  const { settings, faults } = parseSettings(given, stack, application);
  if (settings) return settings;
  throw new UsageError(
    `The settings of ${stack} are wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
  );
}
