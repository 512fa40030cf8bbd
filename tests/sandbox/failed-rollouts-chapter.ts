import { describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import { machinesOf, rolloutStatus } from "./observe.ts";
import { acted, stagingIn, worker } from "./staging.ts";
import type { SandboxOfTests } from "./use-sandbox.ts";

/** What becomes of staging, which is live, when a release fails or is killed, and one goes on or back. */
export function failedRolloutsChapter({ checkout, sandbox }: SandboxOfTests): void {
  const { up, goodUp, outputs } = stagingIn(sandbox);

  describe("staging, when its smoke test fails", () => {
    let good: string;
    let broken: string;

    it("is marked failed, the reason first", { timeout: 180_000 }, async () => {
      good = checkout.git("rev-parse", "HEAD");
      checkout.edit(
        "src/plans/plan-requests.ts",
        "return accepted;",
        "return { ...accepted, jobId: randomUUID() };",
      );
      broken = checkout.commit("Answer with the wrong job");
      const { status, output } = await up();
      expect(status, output).not.toBe(0);
      const [firstError] = /error: .*/.exec(output.slice(output.indexOf("Updating"))) ?? [];
      expect(firstError).toMatch(
        /smoke failed: smoke test, the job in the queue: .* is not in the queue's table/,
      );
      await expect(rolloutStatus(sandbox, broken)).resolves.toEqual({
        commit: "failure",
        deployment: "failure",
      });
    });

    it(
      "really deploys and tests the release before it when one goes back",
      { timeout: 180_000 },
      async () => {
        checkout.git("checkout", "--quiet", good);
        const output = await goodUp();
        expect(acted(output)).toEqual(
          expect.arrayContaining(["smoke", "status", "web-deployment", "web-live"]),
        );
        const { release, smoke } = await outputs();
        expect(release).toBe(good);
        expect(smoke).toContain("smoke test passed");
        await expect(rolloutStatus(sandbox, good)).resolves.toMatchObject({ commit: "success" });
      },
    );

    it("is tested anew when the same release is mended and tried again", { timeout: 240_000 }, async () => {
      checkout.git("checkout", "--quiet", "main");
      expect((await up()).status).not.toBe(0);
      // A refresh must not take the failure for a success.
      const again = await sandbox.run("pulumi", "up", "--stack", "staging", "--refresh");
      expect(again.status, "the same broken release again").not.toBe(0);
      checkout.edit(
        "src/plans/plan-requests.ts",
        "return { ...accepted, jobId: randomUUID() };",
        "return accepted;",
      );
      const mended = checkout.commit("Answer with the right job");
      const output = await goodUp();
      expect(acted(output)).toEqual(expect.arrayContaining(["smoke", "status", "web-live"]));
      await expect(rolloutStatus(sandbox, mended)).resolves.toEqual({
        commit: "success",
        deployment: "success",
      });
    });
  });

  describe("staging, when a worker does not start", () => {
    it(
      "fails with the worker's own words, and is tested anew when one goes back",
      { timeout: 240_000 },
      async () => {
        const good = checkout.git("rev-parse", "HEAD");
        const before = (await outputs()).smoke;
        checkout.edit(
          "src/workers/index.ts",
          "exitOnSettingsError(",
          'throw new Error("broken at boot");\nexitOnSettingsError(',
        );
        const broken = checkout.commit("Break the worker's start");
        const { status, output } = await up();
        expect(status, output).not.toBe(0);
        const [firstError] =
          /error: [^]*?broken at boot/.exec(output.slice(output.indexOf("Updating"))) ?? [];
        expect(firstError, output).toContain("worker-deployment failed: deploying atlaris-worker-staging");
        await expect(rolloutStatus(sandbox, broken)).resolves.toEqual({
          commit: "failure",
          deployment: "failure",
        });

        checkout.git("checkout", "--quiet", good);
        expect(acted(await goodUp())).toEqual(
          expect.arrayContaining(["worker-deployment", "smoke", "status"]),
        );
        expect((await outputs()).smoke).not.toBe(before);
        await expect(rolloutStatus(sandbox, good)).resolves.toMatchObject({ commit: "success" });
        checkout.git("checkout", "--quiet", "main");
        checkout.git("reset", "--quiet", "--hard", good);
      },
    );
  });

  describe("staging, when a rollout is killed", () => {
    it("brings back what ran before when one goes back, and proves it", { timeout: 300_000 }, async () => {
      const good = checkout.git("rev-parse", "HEAD");
      const [before] = await machinesOf(sandbox, worker);
      const proof = (await outputs()).smoke;
      changeApplication(checkout, "killed", "worker");
      checkout.commit("Change the worker's words");
      // The worker is new and the state does not know it yet.
      await sandbox.runUntil(
        async () => (await machinesOf(sandbox, worker))[0]?.image !== before?.image,
        "pulumi",
        ...["up", "--stack", "staging", "--skip-preview"],
      );
      await sandbox.read("pulumi", "cancel", "--stack", "staging", "--yes");

      checkout.git("checkout", "--quiet", good);
      const output = await goodUp();
      expect(acted(output)).toEqual(expect.arrayContaining(["worker-deployment", "smoke", "status"]));
      expect((await machinesOf(sandbox, worker))[0]?.image).toBe(before?.image);
      expect((await outputs()).smoke).not.toBe(proof);
      await expect(rolloutStatus(sandbox, good)).resolves.toMatchObject({ commit: "success" });
    });
  });
}
