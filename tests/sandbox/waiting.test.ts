import { describe, expect, it, vi } from "vitest";
import { changeApplication } from "./change-application.ts";
import { foreignLease } from "./foreign-lease.ts";
import type { Ended } from "./sandbox.ts";
import { writesOf } from "./story.ts";
import { useSandbox } from "./use-sandbox.ts";

const { checkout, sandbox } = useSandbox({ from: "staging live" });

const up = (): Promise<Ended> => sandbox.run("bin/rollout", "up", "--stack", "staging");

describe("a second rollout of an environment", () => {
  it("waits behind the first, prints that, and starts automatically", { timeout: 240_000 }, async () => {
    changeApplication(checkout, "two at once", "worker");
    checkout.commit("Write for learners");
    const [first, second] = await Promise.all([up(), up()]);
    expect([first.status, second.status], first.output + second.output).toEqual([0, 0]);
    expect(first.output + second.output).toMatch(/waiting in line behind \S+@\S+ \(process \d+\) since/);
    expect(first.output + second.output).toContain("Nothing has changed");
  });

  it(
    "waits behind one from another machine, whatever the clock of its holder shows",
    { timeout: 240_000 },
    async () => {
      checkout.git("commit", "--quiet", "--allow-empty", "--message", "Wait for another rollout");
      const lease = foreignLease(sandbox, "staging");
      // Its holder's clock is behind by more than a lease lasts.
      await lease.write("held", new Date(Date.now() - 600_000));
      const waiting = up();
      await lease.seen();
      await lease.write("free", new Date());
      const { status, output } = await waiting;
      expect(status, output).toBe(0);
      expect(output).toMatch(/waiting in line behind the rollout of commit 0{12} by ada@elsewhere since/);
    },
  );
});

describe("a rollout that loses its lease in the middle of a cloud's call", () => {
  const clouds = /^(neon|fly|vercel) /;

  /** Settles when the rollout does nothing more than wait for the answer that does not come. */
  async function settled(): Promise<number> {
    let [seen, looks] = [-1, 0];
    await vi.waitUntil(
      async () => {
        const now = await writesOf(sandbox, clouds);
        looks = now === seen ? looks + 1 : 0;
        seen = now;
        return looks >= 8;
      },
      { timeout: 120_000, interval: 500 },
    );
    return seen;
  }

  it(
    "ends the call, does nothing after it, leaves the lease to its new holder, and is repaired by the next one",
    { timeout: 400_000 },
    async () => {
      changeApplication(checkout, "lost", "web");
      checkout.commit("Change the web");
      const lease = foreignLease(sandbox, "staging");
      const call = ["--cloud", "vercel", "--method", "POST", "--path", "/v13/deployments"];
      await sandbox.read("faults", "add", ...call, "--kind", "hang");
      const losing = sandbox.run("bin/rollout", "up", "--stack", "staging", "--no-rollback");
      await vi.waitUntil(async () => (await lease.looks()) > 0, { timeout: 120_000, interval: 500 });
      const writes = await settled();
      await lease.write("held", new Date());
      const taken = await lease.sha();

      const { status, output } = await losing;
      expect(status, output).toBe(1);
      expect(output).toContain("another rollout has taken staging over; this one stops before it acts");
      expect(await writesOf(sandbox, clouds)).toBe(writes);
      expect(await lease.sha()).toBe(taken);

      await sandbox.read("faults", "clear");
      await lease.write("free", new Date());
      const next = await up();
      expect(next.status, next.output).toBe(0);
      expect(next.output).toMatch(/Release \w+ is live on staging/);
    },
  );
});
