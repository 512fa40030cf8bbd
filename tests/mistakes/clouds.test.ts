import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Checkout } from "../sandbox/checkout.ts";
import { makeCheckout } from "../sandbox/checkout.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { openSandbox } from "../sandbox/sandbox.ts";

let checkout: Checkout;
let sandbox: Sandbox;

beforeAll(async () => {
  checkout = makeCheckout();
  sandbox = openSandbox(checkout.root);
  const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "staging");
  expect(status, output).toBe(0);
}, 300_000);

afterEach(async () => {
  await sandbox.read("faults", "clear");
});

afterAll(async () => {
  await sandbox.close();
  checkout.remove();
});

/** Of each cloud a resource, a fault of a call that reads it, and what a reader is told; every answer has its unit test. */
const faults: readonly (readonly [string, string, string, readonly string[], RegExp])[] = [
  [
    "neon",
    "database-branch",
    "a token that is not accepted",
    ["--kind", "status", "--status", "401"],
    /Neon answered 401 to GET \/\S+: .*\s+NEON_API_KEY is not accepted: make a new one/,
  ],
  [
    "fly",
    "worker-app",
    "a token without the right",
    ["--kind", "status", "--status", "403"],
    /Fly\.io answered 403 to GET \/v1\/apps\/\S+: .*\s+FLY_ACCESS_TOKEN lacks the right for it: docs\/secrets\.md/,
  ],
  [
    "vercel",
    "web-live",
    "values that it does not take",
    ["--kind", "status", "--status", "422"],
    /Vercel answered 422 to GET \/\S+: .*\s+It does not take these values: look at the stack's settings/,
  ],
  [
    "github",
    "repository-secrets-VERCEL_TOKEN",
    "its own failure",
    ["--kind", "status", "--status", "500"],
    /GitHub answered 500 to GET \/repos\/\S+: .*\s+That is GitHub's own failure, see https:\/\/www\.githubstatus\.com/,
  ],
  [
    "vercel",
    "web-live",
    "a conflict",
    ["--kind", "status", "--status", "409"],
    /Vercel answered 409 to GET \/\S+: .*\s+Something else holds it or has its name/,
  ],
  [
    "neon",
    "database-branch",
    "another operation that is under way",
    ["--kind", "status", "--status", "423"],
    /Neon answered 423 to GET \/\S+: .*\s+Another operation is under way there; wait for its end/,
  ],
  [
    "github",
    "repository-secrets-VERCEL_TOKEN",
    "being asked too often",
    ["--kind", "status", "--status", "429"],
    /GitHub answered 429 to GET \/repos\/\S+: .*\s+It was asked too often; wait a minute/,
  ],
  [
    "fly",
    "worker-app",
    "no answer",
    ["--kind", "reset"],
    /Fly\.io did not answer GET \/v1\/apps\/\S+: .*\s+Is the network there/,
  ],
  [
    "neon",
    "database-branch",
    "half an answer",
    ["--kind", "malformed"],
    /Neon answered GET \/\S+ with something that cannot be read/,
  ],
];

describe("a cloud that does not do what it is asked", { timeout: 120_000 }, () => {
  it.each(faults)(
    "is named with the call and what helps: %s, %s, %s",
    async (cloud, resource, _what, fault, told) => {
      await sandbox.read("faults", "add", "--cloud", cloud, "--path", "**", ...fault);
      const { status, output } = await sandbox.run(
        ...[
          "pulumi",
          "refresh",
          "--stack",
          "staging",
          "--skip-preview",
          "--yes",
          "--target",
          `**::${resource}`,
        ],
      );
      expect(status, output).not.toBe(0);
      expect(output).toMatch(told);
    },
  );
});

describe("a rollout into a cloud that fails", { timeout: 180_000 }, () => {
  it("says so in its last lines, and goes on at the next try", async () => {
    checkout.edit("src/workers/index.ts", "You write learning plans.", "You write plans for learning.");
    checkout.commit("Change the worker's words");
    await sandbox.read(
      ...["faults", "add", "--cloud", "fly", "--method", "POST", "--path", "/v1/apps/*/machines/*"],
      ...["--kind", "status", "--status", "500"],
    );
    const failed = await sandbox.run("bin/rollout", "up", "--stack", "staging");
    expect(failed.status, failed.output).toBe(1);
    expect(failed.output).toMatch(/Failed after .* at worker-deployment\./);
    expect(failed.output).toContain("Mend the cause and run it again");
    await sandbox.read("faults", "clear");
    const again = await sandbox.run("bin/rollout", "up", "--stack", "staging");
    expect(again.status, again.output).toBe(0);
  });
});
