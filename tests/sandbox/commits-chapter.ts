import { describe, expect, it } from "vitest";
import { addMigration } from "./add-migration.ts";
import { changeApplication } from "./change-application.ts";
import { machinesOf, postPlan, rolloutStatus, waitForPlan } from "./observe.ts";
import { acted, regenerator, stagingIn, worker } from "./staging.ts";
import type { SandboxOfTests } from "./use-sandbox.ts";

/** What one commit after the other changes of staging, which is live: what it touches, and nothing else. */
export function commitsChapter({ checkout, sandbox }: SandboxOfTests): void {
  const { up, goodUp, outputs, observed } = stagingIn(sandbox);

  describe("staging, commit by commit", () => {
    it("deploys the one worker that a commit touches, and no other", { timeout: 180_000 }, async () => {
      const before = {
        worker: await machinesOf(sandbox, worker),
        regenerator: await machinesOf(sandbox, regenerator),
      };
      changeApplication(checkout, "changed", "regenerator");
      const commit = checkout.commit("Change the regenerator");
      for (const [steps, refusal] of [
        [["regenerator-deployment"], "this run left out gate and attempt"],
        [["gate", "attempt", "regenerator-deployment"], "this run leaves steps out, by --target"],
      ] as const) {
        const partial = await up(...steps.flatMap((step) => ["--target", `**::${step}`]));
        expect(partial.status, partial.output).not.toBe(0);
        expect(partial.output).toContain(`nothing was changed: ${refusal}`);
        expect(acted(partial.output)).toEqual([]);
      }
      const output = await goodUp();
      expect(acted(output)).toEqual([
        "attempt",
        "gate",
        "regenerator-deployment",
        "smoke",
        "status",
        "worker-image-build",
      ]);
      const { release } = await outputs();
      expect(release).toBe(commit);
      expect((await machinesOf(sandbox, worker)).map(({ pid }) => pid)).toEqual(
        before.worker.map(({ pid }) => pid),
      );
      expect((await machinesOf(sandbox, regenerator))[0]?.pid).not.toBe(before.regenerator[0]?.pid);
    });

    it(
      "deploys both workers by the digest of a new image when the Dockerfile changes",
      { timeout: 180_000 },
      async () => {
        const imagesOf = async (): Promise<readonly string[]> =>
          [...(await machinesOf(sandbox, worker)), ...(await machinesOf(sandbox, regenerator))].map(
            ({ image }) => image,
          );
        const before = await imagesOf();
        checkout.edit(
          "Dockerfile.worker",
          "ENV NODE_ENV=production",
          "ENV NODE_ENV=production PORT_NAME=health",
        );
        checkout.commit("Give the workers another variable");
        const both = ["regenerator-deployment", "worker-deployment"];
        expect(acted(await goodUp())).toEqual(
          ["attempt", "gate", "smoke", "status", "worker-image-build", ...both].sort(),
        );
        const [image = "", ...others] = await imagesOf();
        expect(image).toMatch(/:content-[0-9a-f]+@sha256:[0-9a-f]{64}$/);
        expect(others).toEqual([image]);
        expect(before).not.toContain(image);
      },
    );

    it(
      "turns a feature off and sets a number, each where it is read alone",
      { timeout: 300_000 },
      async () => {
        const rest = ["attempt", "gate", "smoke", "status"];
        checkout.edit("Pulumi.staging.yaml", "regeneration: true", "regeneration: false");
        checkout.commit("Switch regeneration off");
        expect(acted(await goodUp())).toEqual(
          [...rest, "web-FEATURE_FLAGS", "web-deployment", "web-live"].sort(),
        );
        const { webUrl, smokeApiKey } = await outputs();
        const health = (await (await fetch(`${webUrl}/api/health`)).json()) as { readonly flags: unknown };
        expect(health.flags).toEqual({ regeneration: false });
        const planId = await postPlan(webUrl, smokeApiKey, "Glue");
        const answer = await fetch(`${webUrl}/api/plans/${planId}/regenerate`, {
          method: "POST",
          headers: { authorization: `Bearer ${smokeApiKey}` },
        });
        expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("is off")]);

        checkout.edit("Pulumi.staging.yaml", "regeneration: false", "regeneration: true");
        checkout.edit("Pulumi.staging.yaml", "maxModules: 6", "maxModules: 1");
        checkout.commit("Write short plans");
        const both = ["worker", "regenerator"].flatMap((name) => [`${name}-secrets`, `${name}-deployment`]);
        expect(acted(await goodUp())).toEqual(
          [...rest, "web-FEATURE_FLAGS", "web-deployment", "web-live", ...both].sort(),
        );
        const short = await waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, "Wood"));
        expect(short.modules).toHaveLength(1);
        expect(await sandbox.read("logs", worker)).toContain('"maxModules":1');
      },
    );

    it(
      "deploys nothing for a commit that touches the documentation alone",
      { timeout: 120_000 },
      async () => {
        const before = [...(await machinesOf(sandbox, worker)), ...(await machinesOf(sandbox, regenerator))];
        checkout.write("docs/note.md", "# A note\n");
        checkout.commit("Write a note");
        expect(acted(await goodUp())).toEqual(["attempt", "gate", "status"]);
        const after = [...(await machinesOf(sandbox, worker)), ...(await machinesOf(sandbox, regenerator))];
        expect(after).toEqual(before);
      },
    );

    it("does not let a commit in whose CI is red, and writes nothing", { timeout: 180_000 }, async () => {
      const live = await outputs();
      checkout.write("docs/note.md", "# Another note\n");
      const commit = checkout.commit("Write another note");
      await sandbox.read("ci", "--fail");
      const { status, output } = await up();
      expect(status, output).not.toBe(0);
      expect(output).toMatch(/check ci of commit \w+: expected success, found failure/);
      await expect(rolloutStatus(sandbox, commit)).resolves.toEqual({
        commit: undefined,
        deployment: undefined,
      });
      expect((await outputs()).smoke).toBe(live.smoke);
      checkout.git("reset", "--quiet", "--hard", "HEAD~1");
    });

    it(
      "leaves schema, workers and web as they were when a migration fails",
      { timeout: 180_000 },
      async () => {
        const before = await observed();
        const broken = [
          "ALTER TABLE plans ADD COLUMN half text;",
          "--> statement-breakpoint",
          "SELECT 1 / 0;",
        ];
        addMigration(checkout, "9002_broken", "-- undo: ALTER TABLE plans DROP COLUMN half;", ...broken);
        changeApplication(checkout, "with a broken migration", "worker");
        const commit = checkout.commit("Break the migration");
        const { status, output } = await up();
        expect(status, output).not.toBe(0);
        expect(output).toContain("division by zero");
        expect(await observed()).toEqual(before);
        await expect(rolloutStatus(sandbox, commit)).resolves.toEqual({
          commit: "failure",
          deployment: "failure",
        });

        checkout.git("reset", "--quiet", "--hard", "HEAD~1");
        expect(acted(await goodUp())).not.toContain("worker-deployment");
        expect(await observed()).toEqual(before);
      },
    );
  });
}
