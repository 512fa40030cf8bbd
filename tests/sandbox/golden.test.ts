import { describe, expect, it } from "vitest";
import { placeholder } from "../golden/golden-state.ts";
import type { GoldenFile } from "./golden-takeover.ts";
import { expectTakeover, goldenFiles, goldenText, goodEngine, stateOf } from "./golden-takeover.ts";
import { callCloud, postPlan, waitForPlan } from "./observe.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * States as earlier versions left them: each has to be taken over by today's program, keep what is in the environment,
 * and let itself be taken away.
 */
it.each(goldenFiles)("the state of $stack of $version holds no secret, and nothing of a machine", (file) => {
  const text = goldenText(file);
  const plaintexts = [...text.matchAll(/"plaintext": (".*")/g)].map(([, found = ""]) => found);
  expect(new Set(plaintexts)).toEqual(new Set([JSON.stringify(placeholder)]));
  expect(text).not.toMatch(/ciphertext|"salt"|\/(tmp|home|root|work|Users)\/|127\.0\.0\.1:(?!1\b)/);
});

const statesOf = (stack: string): readonly GoldenFile[] => goldenFiles.filter((file) => file.stack === stack);

describe("on one machine, one after another", { timeout: 300_000 }, () => {
  const { sandbox } = useSandbox();
  const fly = "/v1/apps?org_slug=personal";
  const appsOf = async (environment: string): Promise<readonly string[]> => {
    const { apps } = await callCloud<{ apps: { name: string }[] }>(sandbox, "fly", "GET", fly);
    return apps.map(({ name }) => name).filter((name) => name.endsWith(`-${environment}`));
  };

  // Production first: it needs what staging's first rollout makes and proves.
  it.each(statesOf("prod"))("the state of $stack of $version is taken over, with its plans", async (file) => {
    await goodEngine(sandbox, "up", "staging");
    await goodEngine(sandbox, "up", "prod");
    await expectTakeover(sandbox, file);
  });

  it.each(statesOf("prod"))(
    "the state of $stack of $version is taken away, and staging stays",
    async ({ stack }) => {
      await sandbox.read("pulumi", "state", "unprotect", "--all", "--yes", "--stack", stack);
      await goodEngine(sandbox, "destroy", stack);
      expect(await appsOf("prod")).toEqual([]);
      expect((await stateOf(sandbox, stack)).deployment.resources ?? []).toEqual([]);
      const words = ["pulumi", "stack", "output", "--stack", "staging", "--json", "--show-secrets"];
      const { webUrl, smokeApiKey } = JSON.parse(await sandbox.read(...words)) as Record<
        "webUrl" | "smokeApiKey",
        string
      >;
      await waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, "Tea"));
    },
  );

  describe.each(statesOf("staging"))("the state of $stack as $version left it", (file) => {
    it("is taken over by today's program, with the plans that were there", async () => {
      await goodEngine(sandbox, "up", file.stack);
      await expectTakeover(sandbox, file);
    });

    it("is taken away from then on", async () => {
      await goodEngine(sandbox, "destroy", file.stack);
      expect(await appsOf("staging")).toEqual([]);
      expect((await stateOf(sandbox, file.stack)).deployment.resources ?? []).toEqual([]);
    });
  });
});
