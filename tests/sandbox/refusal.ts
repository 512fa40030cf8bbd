import { expect } from "vitest";
import type { Sandbox } from "./sandbox.ts";
import { writesOf } from "./story.ts";

/** Expects that production accepts nothing, for this reason, and that no cloud was written to. */
export async function expectProductionRefuses(sandbox: Sandbox, reason: string | RegExp): Promise<void> {
  const before = await writesOf(sandbox);
  const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "prod");
  expect({ status, writes: await writesOf(sandbox) }, output).toEqual({ status: 3, writes: before });
  expect(output).toMatch(reason);
}
