import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CORE_SCHEMA, load } from "js-yaml";
import { application as ownApplication } from "../rollout.config.ts";
import { parseSettings, settingsIn } from "../stacks/settings/parse-settings.ts";
import type { Settings, SettingsOwner } from "../stacks/settings/schema.ts";
import type { Session } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** A stack file as it stands. */
export type StackFile = Readonly<Record<string, unknown>>;

/**
 * Reads a stack's file without the engine, so also where its state cannot be reached.
 *
 * @throws UsageError that names what is missing or wrong.
 */
export function readSettingsFile(
  session: Session,
  stack: string,
  application: SettingsOwner = ownApplication,
): { readonly file: StackFile; readonly settings: Settings } {
  const { path, file } = readStackFile(session, stack);
  return { file, settings: settingsOf(file, path, stack, application) };
}

/**
 * The settings of a stack file.
 *
 * @param source names where they are from.
 * @throws UsageError that names what is missing or wrong.
 */
export function settingsOf(
  file: StackFile,
  source: string,
  stack: string,
  application: SettingsOwner = ownApplication,
): Settings {
  const config = (file["config"] ?? {}) as Readonly<Record<string, unknown>>;
  const { settings, faults } = parseSettings(settingsIn(config), stack, application);
  if (settings) return settings;
  throw new UsageError(`${source} is wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
}

/** The YAML of a stack. */
export function readStackFile(
  { checkout, environment }: Session,
  stack: string,
): { readonly path: string; readonly file: StackFile } {
  // The engine's own variable for a stack file that lies elsewhere.
  const path = environment["PULUMI_OPTION_CONFIG_FILE"] ?? join(checkout, `Pulumi.${stack}.yaml`);
  return { path, file: readYaml(path) };
}

/** The YAML of a file that holds a project or a stack. */
export function readYaml(path: string): StackFile {
  try {
    // Its dates stay the text that they are.
    const file = load(readFileSync(path, "utf8"), { schema: CORE_SCHEMA });
    if (typeof file === "object" && file !== null) return file as StackFile;
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
  throw new UsageError(`${path} is no stack file: it has no settings`);
}
