import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOverrides, type Overrides } from "../overrides.ts";
import { UserError } from "../user-error.ts";
import type { Sandbox } from "./sandbox.ts";

/**
 * What a command that may use the copies has to report: a line for each stack whose settings are not the checkout's, once, and
 * again where one of them has changed on either side. `bin/sandbox settings` lists them at any time.
 */
export function newOverrideNotices({ checkout, home }: Sandbox): readonly string[] {
  const file = join(home.stacksFolder, "noticed-overrides.json");
  const noticed = readNoticed(file);
  try {
    const all = readOverrides(checkout, home);
    const fresh = all.filter(({ stack, fingerprint }) => noticed[stack] !== fingerprint);
    const now = Object.fromEntries(all.map(({ stack, fingerprint }) => [stack, fingerprint]));
    if (JSON.stringify(now) !== JSON.stringify(noticed)) writeFileSync(file, JSON.stringify(now));
    return fresh.map(overrideNotice);
  } catch (error) {
    // A stack file that cannot be read is reported by the command that needs it.
    if (error instanceof UserError) return [];
    throw error;
  }
}

export function overrideNotice({ stack, keys }: Overrides): string {
  return (
    `The sandbox's own copy of Pulumi.${stack}.yaml overrides ${keys.join(", ")}. ` +
    "As in the checkout again: bin/sandbox settings --forget"
  );
}

function readNoticed(file: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, string>>;
  } catch {
    // None yet, or one that was cut off: then each is reported once more.
    return {};
  }
}
