import { describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import { foreignLease } from "./foreign-lease.ts";
import type { Ended } from "./sandbox.ts";
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
