import { spawnSync } from "node:child_process";
import { settingFaults } from "../stacks/setting-faults.ts";
import type { Settings } from "../stacks/settings-schema.ts";
import { settingsSchema } from "../stacks/settings-schema.ts";
import type { Session } from "./command.ts";
import { withPassphraseAdvice } from "./passphrase.ts";
import { UsageError } from "./usage-error.ts";

const prefix = "atlaris:";
const limitMilliseconds = 60_000;

/** One setting as `pulumi config --json` tells it: a text, or what was set by a path. */
interface Told {
  readonly value?: string;
  readonly objectValue?: unknown;
  readonly secret: boolean;
}

/** The engine is missing, or cannot read the stack where its state lives. */
export class StackUnreadable extends UsageError {}

/**
 * Reads a stack's settings through the engine, which knows where its file is. Secrets are none and stay out.
 *
 * @throws UsageError that names what is missing or wrong; StackUnreadable where the engine gives no settings.
 */
export function readStackSettings({ checkout, environment }: Session, stack: string): Settings {
  const { status, stdout, stderr, error } = spawnSync(
    "pulumi",
    ["config", "--stack", stack, "--json", "--non-interactive"],
    { cwd: checkout, env: environment, encoding: "utf8", timeout: limitMilliseconds },
  );
  if (error)
    throw new StackUnreadable(
      (error as NodeJS.ErrnoException).code === "ENOENT"
        ? `There is no pulumi on the PATH. Install it (https://www.pulumi.com/docs/install/), or try everything on this machine: bin/sandbox bin/rollout up --stack ${stack}`
        : `pulumi cannot be run: ${error.message}`,
    );
  if (status !== 0)
    throw new StackUnreadable(withPassphraseAdvice(stderr.replaceAll(/^error: /gm, "").trim(), stack));
  const told = JSON.parse(stdout) as Readonly<Record<string, Told>>;
  const given = Object.fromEntries(
    Object.entries(told)
      .filter(([key, { secret }]) => key.startsWith(prefix) && !secret)
      .map(([key, { value, objectValue }]) => [key.slice(prefix.length), objectValue ?? value]),
  );
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new UsageError(
    `The settings of ${stack} are wrong:\n${settingFaults(settingsSchema, parsed.error.issues, given, stack)
      .map((fault) => `  ${fault}`)
      .join("\n")}`,
  );
}
