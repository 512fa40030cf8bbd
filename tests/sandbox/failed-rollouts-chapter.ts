import { describe, expect, it } from "vitest";
import { rolloutStatus } from "./observe.ts";
import { acted, stagingIn } from "./staging.ts";
import type { SandboxOfTests } from "./use-sandbox.ts";

/** What becomes of staging, which is live, when the smoke test of a release fails, and one goes on or back. */
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
      // A refresh must not take the failure for a success.
      const again = await up("--refresh");
      expect(again.status, "the same broken release again").not.toBe(0);
    });

    it("really deploys and tests the release before it after a rollback", { timeout: 180_000 }, async () => {
      checkout.git("checkout", "--quiet", good);
      const output = await goodUp();
      expect(acted(output)).toEqual(
        expect.arrayContaining(["smoke", "status", "web-deployment", "web-live"]),
      );
      const { release, smoke } = await outputs();
      expect(release).toBe(good);
      expect(smoke).toContain("smoke test passed");
      await expect(rolloutStatus(sandbox, good)).resolves.toMatchObject({ commit: "success" });
    });

    it("is tested again when the same release is fixed and tried again", { timeout: 240_000 }, async () => {
      checkout.git("checkout", "--quiet", "main");
      expect((await up()).status).not.toBe(0);
      checkout.edit(
        "src/plans/plan-requests.ts",
        "return { ...accepted, jobId: randomUUID() };",
        "return accepted;",
      );
      const fixed = checkout.commit("Answer with the right job");
      const output = await goodUp();
      expect(acted(output)).toEqual(expect.arrayContaining(["smoke", "status", "web-live"]));
      await expect(rolloutStatus(sandbox, fixed)).resolves.toEqual({
        commit: "success",
        deployment: "success",
      });
    });
  });
}
