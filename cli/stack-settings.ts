import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
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
  if (error || status !== 0) throw unreadable(stack, command, error, stderr);
  return stdout;
}

function unreadable(
  stack: string,
  command: string,
  error: NodeJS.ErrnoException | undefined,
  stderr: string,
): StackUnreadable {
  if (error?.code === "ENOENT")
    return new StackUnreadable(
      `There is no pulumi on the PATH. Install it (https://www.pulumi.com/docs/install/), or try everything on this machine: bin/sandbox bin/rollout ${command} --stack ${stack}`,
    );
  const said = stderr.replaceAll(/^error: /gm, "").trim();
  return error && said === ""
    ? new StackUnreadable(`pulumi cannot be run: ${error.message}`)
    : new StackUnreadable(withPassphraseAdvice(said, stack));
}

const configWords = (stack: string): readonly string[] => ["config", "--stack", stack, "--json"];

/**
 * Reads a stack's configuration through the engine, which knows where its file is and what else is merged into it.
 *
 * @throws StackUnreadable where the engine gives none.
 */
export function readStackConfig(session: Session, stack: string): StackConfig {
  return configIn(askPulumi(session, stack, configWords(stack), "up"));
}

function configIn(stdout: string): StackConfig {
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
  return settingsIn(readStackConfig(session, stack), stack);
}

/** The same, while other things go on. */
export async function askStackSettings({ checkout, environment }: Session, stack: string): Promise<Settings> {
  const asked = promisify(execFile)("pulumi", [...configWords(stack), "--non-interactive"], {
    ...{ cwd: checkout, env: environment, timeout: limitMilliseconds },
  });
  // A question to the user would wait for an answer.
  asked.child.stdin?.end();
  try {
    return settingsIn(configIn((await asked).stdout), stack);
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string };
    throw stderr === undefined ? error : unreadable(stack, "up", error as Error, stderr);
  }
}

function settingsIn({ given }: StackConfig, stack: string): Settings {
  const { settings, faults } = parseSettings(given, stack, application);
  if (settings) return settings;
  throw new UsageError(
    `The settings of ${stack} are wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
  );
}
