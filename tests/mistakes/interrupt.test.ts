import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Checkout } from "../sandbox/checkout.ts";
import { makeCheckout } from "../sandbox/checkout.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { openSandbox } from "../sandbox/sandbox.ts";

let checkout: Checkout;
let sandbox: Sandbox;

beforeAll(() => {
  checkout = makeCheckout();
  sandbox = openSandbox(checkout.root);
});

afterAll(async () => {
  await sandbox.close();
  checkout.remove();
});

describe("Ctrl-C in the middle of a rollout", { timeout: 300_000 }, () => {
  it("ends it after the steps under way, says how to go on, and the same command does", async () => {
    const stopped = await sandbox.interrupt(
      /database-branch created/,
      "bin/rollout",
      "up",
      "--stack",
      "staging",
    );
    expect(stopped.status, stopped.output).toBe(130);
    expect(stopped.output).toContain("Stopping after the steps under way; Ctrl-C again stops at once.");
    expect(stopped.output).toMatch(
      /Interrupted after .* What was begun is known to the next rollout: bin\/rollout up --stack staging goes on from here\./,
    );
    const again = await sandbox.run("bin/rollout", "up", "--stack", "staging");
    expect(again.status, again.output).toBe(0);
    expect(again.output).toContain("smoke test passed");
    // What was made before the interruption is not made again.
    expect(again.output).not.toContain("database-branch created");
  });
});
