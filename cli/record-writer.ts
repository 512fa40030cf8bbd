import { spawnSync } from "node:child_process";
import type { RecordWriter } from "@rollout/infra/rollout/records/append";
import { privateKeysIn, signingKeyVariable } from "@rollout/infra/rollout/records/signature";
import { settingsPrefix, signingKey } from "../stacks/settings/parse-settings.ts";
import type { Session } from "./command.ts";
import type { OpenEnvironment } from "./open-environment.ts";

const limitMilliseconds = 60_000;

/** Secret. The keys that sign the record: of the environment, and those of the stack's configuration, which the engine decrypts. */
export function privateKeysOf({ checkout, environment }: Session, stack: string): readonly string[] {
  const { status, stdout } = spawnSync(
    "pulumi",
    ["config", "get", `${settingsPrefix}${signingKey}`, "--stack", stack, "--non-interactive"],
    { cwd: checkout, env: environment, encoding: "utf8", timeout: limitMilliseconds },
  );
  return privateKeysIn([environment[signingKeyVariable], status === 0 ? stdout : ""].join(" "));
}

/** Who adds entries to the record of an environment for a command. */
export function recordWriter(
  session: Session,
  stack: string,
  { github, onGitHub }: Pick<OpenEnvironment, "github" | "onGitHub">,
): RecordWriter {
  return { github, place: onGitHub, privateKeys: privateKeysOf(session, stack) };
}
