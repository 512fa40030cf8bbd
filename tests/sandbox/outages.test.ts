import { beforeEach, describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import { holdCall } from "./fault-hits.ts";
import type { Ended } from "./sandbox.ts";
import { useSandbox } from "./use-sandbox.ts";

/** What goes away in the middle of a rollout and is there again for the next one, which is complete. */
const { checkout, sandbox } = useSandbox({ from: "staging live" });

const limit = { timeout: 600_000 };
let releases = 0;
const up = (): Promise<Ended> => sandbox.run("bin/rollout", "up", "--stack", "staging");

beforeEach(() => {
  releases += 1;
  changeApplication(checkout, `outage ${String(releases)}`, "worker", "web");
  checkout.commit("Change worker and web");
});

/** A rollout from whose middle on a cloud answers every call so; it is as it was for the next one. */
async function without(
  cloud: string,
  held: readonly [string, string, string],
  ...answer: readonly string[]
): Promise<Ended> {
  const isHeld = await holdCall(sandbox, held, 3_000);
  const running = up();
  await isHeld();
  await sandbox.read("faults", "add", "--cloud", cloud, "--path", "**", ...answer);
  const ended = await running;
  await sandbox.read("faults", "clear");
  return ended;
}

async function expectNextComplete(): Promise<void> {
  const next = await up();
  expect(next.status, next.output).toBe(0);
  const drift = await sandbox.run("bin/rollout", "drift", "--stack", "staging");
  expect(drift.status, drift.output).toBe(0);
}

describe("a rollout in whose middle", limit, () => {
  it("GitHub goes down, where its lease and its record are, stops with that and the command, and the next is complete", async () => {
    const { status, output } = await without(
      "github",
      ["vercel", "POST", "/v13/deployments"],
      "--kind",
      "status",
      "--status",
      "503",
    );
    expect([1, 5], output).toContain(status);
    expect(output).toMatch(/GitHub/);
    expect(output).toMatch(/bin\/rollout \w+ --stack staging/);
    await expectNextComplete();
  });

  it.each([
    ["fly", "FLY_ACCESS_TOKEN"],
    ["vercel", "VERCEL_API_TOKEN"],
  ])(
    "the token of %s is revoked stops with the name of %s, and the next is complete",
    async (cloud, variable) => {
      const { status, output } = await without(
        cloud,
        ["vercel", "POST", "/v13/deployments"],
        "--kind",
        "status",
        "--status",
        "401",
      );
      expect([1, 4, 5], output).toContain(status);
      expect(output).toContain(variable);
      await expectNextComplete();
    },
  );
});
