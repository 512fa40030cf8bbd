import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { outputOf, resultsOf, type RunInSandbox } from "../../workflows/run-in-sandbox.ts";
import type { Checkout } from "../checkout.ts";
import { addMigrations, addPackage, approve, writeOtherPrompts } from "../first-week.ts";
import type { Sandbox } from "../sandbox.ts";
import { outputsOf } from "../staging.ts";
import { callsOf } from "../story.ts";
import { repository, type Walk } from "./walk.ts";

/** Steps that other tests run, so that the walk leaves them out. */
const leftOut: Readonly<Record<string, string>> = {
  "Bring its environment up": "tests/sandbox/preview-environments.test.ts",
  "Take its environment down": "tests/sandbox/preview-environments.test.ts",
};
const skipped = Object.fromEntries(
  ["preview", "production", "close", "fork", "infrastructure", "sweep"].map((job) => [job, "skipped"]),
);
const refused = "Repository rule violations found";

/** A change of the first week on its way into production: by a pull request into `main`, and by one from there into `prod`. */
export function changeChapter(
  checkout: Checkout,
  sandbox: Sandbox,
  walk: () => Walk,
  run: RunInSandbox,
): void {
  const github: Walk["github"] = (method, path, body) => walk().github(method, path, body);
  const comments = async (number: number): Promise<readonly string[]> =>
    (await github<{ body: string }[]>("GET", `/issues/${String(number)}/comments`)).map(({ body }) => body);
  const deployments = (environment: string) =>
    github<{ sha: string; environment: string; task: string }[]>(
      "GET",
      `/deployments?environment=${environment}`,
    );
  /** Runs preview.yml for a pull request whose head is checked out. */
  const runPreview = (action: string, number: number, base: string) =>
    run("preview.yml", {
      event: {
        name: "pull_request",
        ref: `refs/pull/${String(number)}/merge`,
        payload: {
          action,
          pull_request: {
            number,
            head: { repo: { full_name: repository }, sha: checkout.git("rev-parse", "HEAD") },
            base: { ref: base },
            user: { login: "ada" },
          },
        },
      },
      leaveOut: ({ name = "" }) => leftOut[name],
    });

  describe("a change after that, by GitHub's workflows", { timeout: 600_000 }, () => {
    let intoMain: number;
    let intoProd: number;

    it("cannot be pushed to main or prod any more, only to a branch", async () => {
      checkout.git("checkout", "--quiet", "-b", "change");
      writeOtherPrompts(checkout);
      addMigrations(checkout);
      approve(checkout);
      addPackage(checkout);
      checkout.edit(
        "Pulumi.staging.yaml",
        "      branches: [main]\n      waitTimerMinutes: 0\n",
        "      branches: [main, release/*]\n      waitTimerMinutes: 3\n" +
          "      reviewers: { users: [7], teams: [3] }\n      preventSelfReview: true\n",
      );
      checkout.commit("Teach one thing after the other");
      checkout.git("branch", "prod");
      for (const refspec of ["prod", "change:main"]) {
        const push = () => checkout.git("push", "origin", refspec);
        expect(push).toThrow(/GH013: Repository rule violations found for refs\/heads\/(main|prod)\./);
        expect(push).toThrow("- Changes must be made through a pull request.");
      }
      checkout.git("push", "--quiet", "origin", "change");
      for (const branch of ["main", "prod"]) {
        const path = `/git/refs/heads/${branch}`;
        await expect(github("DELETE", path)).rejects.toThrow(refused);
        await expect(github("PATCH", path, { sha: "0".repeat(40), force: true })).rejects.toThrow(refused);
      }
    });

    it("is previewed for staging on request of a member, by the program of main in a comment", async () => {
      intoMain = await walk().open("change", "main", "Teach one thing after the other");
      const jobs = await runPreview("opened", intoMain, "main");
      expect(resultsOf(jobs), outputOf(jobs["preview"])).toEqual({ ...skipped, preview: "success" });
      // As the workflow's second checkout does.
      const content = join(checkout.root, ".content");
      checkout.git("clone", "--quiet", "--branch", "change", checkout.root, content);
      checkout.git("checkout", "--quiet", "main");
      const asked = await run("preview.yml", {
        event: { name: "workflow_dispatch", inputs: { "pull-request": String(intoMain) } },
      }).finally(() => {
        rmSync(content, { recursive: true });
        checkout.git("checkout", "--quiet", "change");
      });
      expect(resultsOf(asked), outputOf(asked["infrastructure"])).toEqual({
        ...skipped,
        infrastructure: "success",
      });
      const [comment, ...more] = await comments(intoMain);
      expect(more).toEqual([]);
      expect(comment).toContain("What a rollout to `staging` would do");
      expect(comment).toContain("9000_remarks");
    });

    it("is merged into main once CI is green, and not before", async () => {
      await walk().setCi("pending");
      await expect(walk().merge(intoMain, "main")).rejects.toThrow(
        /405.*Required status check \\"ci\\" is expected/,
      );
      await walk().setCi("pass");
      await walk().merge(intoMain, "main");
      const jobs = await runPreview("closed", intoMain, "main");
      expect(resultsOf(jobs)).toMatchObject({ preview: "skipped", close: "success" });
    });

    it("waits for CI on main, then is rolled out on staging with the workflow's secrets alone", async () => {
      await walk().setCi("pending");
      const before = await deployments("staging");
      const looks = (): Promise<number> => callsOf(sandbox, "GET /repos/{owner}/{repo}/actions/runs");
      const looked = await looks();
      const running = run("deploy-staging.yml");
      // It has found CI pending at least once, and looks again.
      await vi.waitUntil(async () => (await looks()) >= looked + 2, { timeout: 180_000, interval: 200 });
      expect(await deployments("staging")).toEqual(before);
      await walk().setCi("pass");
      const jobs = await running;
      const all = { ci: "success", rollout: "success", attest: "success" };
      expect(resultsOf(jobs), outputOf(jobs["rollout"]) + outputOf(jobs["attest"])).toEqual(all);
      expect(outputOf(jobs["attest"])).toMatch(/^[0-9a-f]{64} {2}registry\.fly\.io\/[\w-]+$/m);
      expect(
        jobs["rollout"]?.steps.filter(({ leftOut: reason }) => reason === undefined).map(({ name }) => name),
      ).toEqual(["Namespaces", "Packages", "Stack file", "A token of an hour", "Roll out"]);
      expect(outputOf(jobs["rollout"])).toContain("smoke test passed");
      expect((await deployments("staging")).slice(0, 1)).toMatchObject([
        { environment: "staging", task: "rollout", sha: checkout.git("rev-parse", "HEAD") },
      ]);
      expect(await deployments("staging")).toHaveLength(before.length + 1);
    });

    it("has set everything about the GitHub environment that the settings name", async () => {
      const found = await github<{
        protection_rules: { type: string; reviewers?: { type: string; reviewer: { id: number } }[] }[];
      }>("GET", "/environments/staging");
      const rule = (type: string) => found.protection_rules.find((each) => each.type === type);
      expect(rule("wait_timer")).toMatchObject({ wait_timer: 3 });
      const review = rule("required_reviewers");
      expect(review).toMatchObject({ prevent_self_review: true });
      const reviewers = review?.reviewers?.map(({ type, reviewer }) => `${type} ${String(reviewer.id)}`);
      expect(reviewers?.sort()).toEqual(["Team 3", "User 7"]);
      const { branch_policies: policies } = await github<{ branch_policies: { name: string }[] }>(
        "GET",
        "/environments/staging/deployment-branch-policies",
      );
      expect(policies.map(({ name }) => name).sort()).toEqual(["main", "release/*"]);
    });

    it("has in a pull request from main into prod the command by which a member previews it for production", async () => {
      intoProd = await walk().open("main", "prod", "Release");
      const jobs = await runPreview("opened", intoProd, "prod");
      expect(resultsOf(jobs), outputOf(jobs["production"])).toEqual({ ...skipped, production: "success" });
      expect(jobs["production"]?.summary).toContain(
        `gh workflow run preview.yml --ref prod -f pull-request=${String(intoProd)}`,
      );
    });

    it("reaches production after the merge, the review and the wait", async () => {
      const before = await deployments("production");
      await walk().merge(intoProd, "prod");
      await walk().setCi("pass");
      const running = run("deploy-production.yml", { event: { ref: "refs/heads/prod", actor: "ada" } });
      const waiting = () =>
        github<{ workflow_runs: { id: number }[] }>("GET", "/actions/runs?status=waiting");
      await expect.poll(async () => (await waiting()).workflow_runs.length, { timeout: 180_000 }).toBe(1);
      const [{ id } = { id: 0 }] = (await waiting()).workflow_runs;
      const path = `/actions/runs/${String(id)}/pending_deployments`;
      const pending = await github<{ environment: { id: number; name: string } }[]>("GET", path);
      expect(pending).toMatchObject([
        {
          environment: { name: "production" },
          wait_timer: 5,
          current_user_can_approve: true,
          reviewers: [{ type: "User", reviewer: { login: "sandbox" } }],
        },
      ]);
      expect(await deployments("production")).toEqual(before);
      await github("POST", path, {
        environment_ids: pending.map(({ environment }) => environment.id),
        state: "approved",
        comment: "Ship it",
      });
      const jobs = await running;
      // No runner of one's own: GitHub's rolls out.
      const withoutRunners = {
        ...{ ci: "success", runner: "skipped", watch: "skipped", rollout: "success", attest: "success" },
      };
      expect(resultsOf(jobs), outputOf(jobs["rollout"])).toEqual(withoutRunners);
      expect((await deployments("production"))[0]).toMatchObject({ sha: checkout.git("rev-parse", "HEAD") });
      const [staging, production] = [await outputsOf(sandbox, "staging"), await outputsOf(sandbox, "prod")];
      const images = [staging, production].flatMap(({ workers }) =>
        Object.values(workers).map(({ image }) => image),
      );
      expect(new Set(images).size).toBe(1);
      expect(images[0]).toMatch(/^registry\.fly\.io\/harbour-images:content-/);
    });
  });
}
