import { join } from "node:path";
import type { Settings } from "../stacks/settings/schema.ts";
import { readSettingsFile } from "./settings-file.ts";

/** The settings of a stack file that tests keep: the checkout's may have other names. */
export function settingsOfFile(stack: string): Settings {
  const checkout = join(import.meta.dirname, "..", "tests", "fixtures", "settings");
  const session = { checkout, environment: {}, out: process.stdout, err: process.stderr };
  return readSettingsFile(session, stack).settings;
}
