import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { settingsPrefix, signingKey } from "../../stacks/settings/parse-settings.ts";
import type { Session } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import type { RecordSettings } from "./new-key.ts";

const limitMilliseconds = 60_000;

/** Variable by which a command of Pulumi's uses another stack file than the checkout's. */
const configFileVariable = "PULUMI_OPTION_CONFIG_FILE";

/**
 * Sets the private key as a secret of the stack's configuration. It goes through the engine's input, so that no list of
 * processes shows it.
 */
export function setPrivateKey(session: Session, stack: string, privateKey: string): void {
  pulumi(session, ["config", "set", "--secret", settingsPrefix + signingKey, "--stack", stack], privateKey);
}

/** Sets what a stack's configuration has of records: in the file in use, and in the checkout's where that is another one. */
export function setRecordSettings(session: Session, stack: string, record: RecordSettings): void {
  // The engine takes an object of both forms, and checks that the text is there.
  const given = Object.fromEntries(
    Object.entries(record).filter(([, part]) => Object.keys(part as object).length > 0),
  );
  const value = { value: JSON.stringify(given), objectValue: given, secret: false };
  const json = JSON.stringify({ [`${settingsPrefix}record`]: value });
  const words = ["config", "set-all", "--json", json, "--stack", stack];
  pulumi(session, words);
  const inUse = session.environment[configFileVariable];
  const own = join(session.checkout, `Pulumi.${stack.split("/").at(-1) ?? ""}.yaml`);
  if (inUse && existsSync(own)) pulumi(withoutConfigFile(session), [...words, "--config-file", own]);
}

/** The session for the stack files of the checkout. */
export function withoutConfigFile(session: Session): Session {
  const { [configFileVariable]: _file, ...environment } = session.environment;
  return { ...session, environment };
}

function pulumi({ checkout, environment }: Session, words: readonly string[], input = ""): void {
  const { status, stderr, error } = spawnSync("pulumi", [...words, "--non-interactive"], {
    cwd: checkout,
    env: environment,
    encoding: "utf8",
    timeout: limitMilliseconds,
    input,
  });
  if (error) throw new UsageError(`pulumi cannot be run: ${error.message}`);
  if (status !== 0) throw new UsageError(stderr.replaceAll(/^error: /gm, "").trim());
}
