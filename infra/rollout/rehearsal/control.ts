import { say } from "../../shared/say.ts";
import type { LiveTrial } from "./verdict.ts";

/**
 * A live release that fails on the migrated copy is tried on one without the migrations too: what fails there as well
 * is no fault of theirs, and nothing is known of how it does on the new schema.
 *
 * @param tryUnmigrated Runs the live release on a copy of its own, as it is.
 */
export async function withControl(
  live: LiveTrial,
  tryUnmigrated: () => Promise<LiveTrial>,
): Promise<LiveTrial> {
  if (live.works !== false) return live;
  say("trying the live release on a copy without the migrations, to know whether they are to blame");
  const control = await tryUnmigrated();
  if (control.works !== false) return live;
  return {
    works: "unknown",
    reason: `it fails on a copy without the migrations too (${control.reason})`,
  };
}
