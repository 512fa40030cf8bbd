import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { SeenEnvironment } from "./environment-seen.ts";
import { seeEnvironment } from "./environment-seen.ts";
import { expectOneAlwaysWorking } from "./machine-order.ts";
import type { Watched } from "./machine-watch.ts";
import { watchMachines } from "./machine-watch.ts";
import { machinesOf } from "./observe.ts";
import { stagingIn, worker } from "./staging.ts";
import type { SandboxOfTests } from "./use-sandbox.ts";

export interface CanaryChapter extends SandboxOfTests {
  /** Commits of two releases with different images; the older one is live. */
  readonly releases: () => { readonly older: string; readonly newer: string };
}

/** While a canary is deployed, machines of two images run on one app: whatever happens then, one image is left. */
export function canaryChapter({ checkout, sandbox, releases }: CanaryChapter): void {
  const { outputs } = stagingIn(sandbox);
  const up = () => sandbox.run("bin/rollout", "up", "--stack", "staging");
  const seen = async (): Promise<SeenEnvironment> => seeEnvironment(sandbox, (await outputs()).webUrl);

  function expectTwoImagesAtOnce({ looks }: Watched): void {
    const most = Math.max(...looks.map(({ machines }) => new Set(machines.map(({ image }) => image)).size));
    expect(most, "images at once on the app").toBe(2);
  }

  function expectOneImage({ images }: SeenEnvironment, digest: string): void {
    for (const [app, digests] of Object.entries(images)) expect(digests, app).toEqual([digest]);
  }

  /** Files by which engines hold the stack. */
  const locks = (): readonly string[] =>
    readdirSync(join(sandbox.home, "state", ".pulumi", "locks"), {
      recursive: true,
      encoding: "utf8",
    }).filter((name) => name.endsWith(".json"));

  describe("a canary of another image on the same app", { timeout: 600_000 }, () => {
    let before: SeenEnvironment;
    const oldImage = (): string => before.images[worker]?.[0] ?? "";

    beforeAll(async () => {
      before = await seen();
      expectOneImage(before, oldImage());
      const strategy = ["--path", "rollout:fly.strategy", "canary"];
      await sandbox.read("pulumi", "config", "set", "--stack", "staging", ...strategy);
      checkout.git("checkout", "--quiet", releases().newer);
    });

    it("leaves the image of before on every machine when a machine after it fails", async () => {
      const machine = ["--cloud", "fly", "--method", "POST", "--path", `/v1/apps/${worker}/machines/*`];
      const second = ["--skip", "1", "--times", "1"];
      await sandbox.read("faults", "add", ...machine, "--kind", "status", "--status", "422", ...second);
      const watch = watchMachines(sandbox, worker);
      const { status, output } = await up();
      await sandbox.read("faults", "clear");
      const watched = await watch.stop();
      expect(status, output).toBe(4);
      expect(watched.machines.filter(({ isCanary }) => isCanary).length, output).toBeGreaterThan(0);
      expectTwoImagesAtOnce(watched);
      expectOneAlwaysWorking(watched);
      const after = await seen();
      expectOneImage(after, oldImage());
      expect(after).toEqual(before);
    });

    it("leaves the new image on every machine when the next `up` follows a kill, with no manual step", async () => {
      const watch = watchMachines(sandbox, worker);
      const images = async (): Promise<number> =>
        new Set((await machinesOf(sandbox, worker)).map(({ image }) => image)).size;
      await sandbox.runUntil(
        async () => (await images()) === 2,
        ...["bin/rollout", "up", "--stack", "staging"],
      );
      expect(await images()).toBe(2);
      expect(locks()).toHaveLength(1);
      const { status, output } = await up();
      expect(status, output).toBe(0);
      expect(output).toMatch(/\(process \d+\) since \S+ is dead; its lock of staging is removed/);
      expectOneAlwaysWorking(await watch.stop());
      expect(locks()).toEqual([]);
      const after = await seen();
      const [newImage = ""] = after.images[worker] ?? [];
      expect(newImage).not.toBe(oldImage());
      expectOneImage(after, newImage);
      expect((await outputs()).workers[worker]?.image).toContain(newImage);
      expect(after.healthy).toEqual(before.healthy);
      expect(await machinesOf(sandbox, worker)).toHaveLength(2);
    });
  });
}
