import { describe, expect, it } from "vitest";
import { placeholder } from "../golden/golden-state.ts";
import { expectTakeover, goldenFiles, goldenText, goodEngine, stateOf } from "./golden-takeover.ts";
import { callCloud, postPlan, waitForPlan } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * States as earlier versions left them: each has to be taken over by today's program, keep what is in the environment,
 * and let itself be deleted.
 */
it.each(goldenFiles)("the state of $stack of $version holds no secret, and nothing of a machine", (file) => {
  const text = goldenText(file);
  const plaintexts = [...text.matchAll(/"plaintext": (".*")/g)].map(([, found = ""]) => found);
  expect(new Set(plaintexts)).toEqual(new Set([JSON.stringify(placeholder)]));
  expect(text).not.toMatch(/ciphertext|"salt"|\/(tmp|home|root|work|Users)\/|127\.0\.0\.1:(?!1\b)/);
});

async function appsOf(sandbox: Sandbox, environment: string): Promise<readonly string[]> {
  const fly = "/v1/apps?org_slug=personal";
  const { apps } = await callCloud<{ apps: { name: string }[] }>(sandbox, "fly", "GET", fly);
  return apps.map(({ name }) => name).filter((name) => name.endsWith(`-${environment}`));
}

describe("an environment of today's program", { timeout: 300_000 }, () => {
  // One for all: a takeover leaves a state of today's, over which the next one is laid.
  const { sandbox } = useSandbox({ from: "staging and production live" });

  it.each(goldenFiles)(
    "is taken over from the state of $stack of $version, with the plans that were there",
    async (file) => {
      await expectTakeover(sandbox, file);
    },
  );

  it("lets production be destroyed, and staging stays", async () => {
    await sandbox.read("pulumi", "state", "unprotect", "--all", "--yes", "--stack", "prod");
    await goodEngine(sandbox, "destroy", "prod");
    expect(await appsOf(sandbox, "prod")).toEqual([]);
    expect((await stateOf(sandbox, "prod")).deployment.resources ?? []).toEqual([]);
    const words = ["pulumi", "stack", "output", "--stack", "staging", "--json", "--show-secrets"];
    const { webUrl, smokeApiKey } = JSON.parse(await sandbox.read(...words)) as Record<
      "webUrl" | "smokeApiKey",
      string
    >;
    await waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, "Tea"));
  });

  it("lets staging be destroyed as well", async () => {
    await goodEngine(sandbox, "destroy", "staging");
    expect(await appsOf(sandbox, "staging")).toEqual([]);
    expect((await stateOf(sandbox, "staging")).deployment.resources ?? []).toEqual([]);
  });
});
