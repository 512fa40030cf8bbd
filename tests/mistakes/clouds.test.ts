import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Checkout } from "../sandbox/checkout.ts";
import { makeCheckout } from "../sandbox/checkout.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { openSandbox } from "../sandbox/sandbox.ts";
import { said } from "./said.ts";

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

/** A resource of each cloud that is read by one of its calls. */
const resources = {
  neon: "database-branch",
  fly: "worker-app",
  vercel: "web-live",
  github: "attempt",
} as const;
type Cloud = keyof typeof resources;

const statuses = [401, 403, 409, 422, 500];
const answers: readonly (readonly [Cloud, string, readonly string[]])[] = [
  ...(["neon", "fly", "github"] as const).flatMap((cloud) =>
    statuses.map(
      (status) => [cloud, String(status), ["--kind", "status", "--status", String(status)]] as const,
    ),
  ),
  // Vercel's client waits half a minute for a server that fails; once is enough.
  ...[401, 403, 409, 422].map(
    (status) => ["vercel", String(status), ["--kind", "status", "--status", String(status)]] as const,
  ),
  ["neon", "423", ["--kind", "status", "--status", "423"]],
  ["fly", "429", ["--kind", "status", "--status", "429"]],
  ["github", "429", ["--kind", "status", "--status", "429"]],
  ...(["neon", "fly", "vercel", "github"] as const).map(
    (cloud) => [cloud, "malformed", ["--kind", "malformed"]] as const,
  ),
  ...(["neon", "fly", "github"] as const).map((cloud) => [cloud, "reset", ["--kind", "reset"]] as const),
];

describe("a cloud that does not do what it is asked", { timeout: 120_000 }, () => {
  it.each(answers)("is named with the call and what helps: %s, %s", async (cloud, _what, fault) => {
    await sandbox.read("faults", "add", "--cloud", cloud, "--path", "**", ...fault);
    const { status, output } = await sandbox.run(
      ...["pulumi", "refresh", "--stack", "staging", "--skip-preview", "--yes"],
      ...["--target", `**::${resources[cloud]}`],
    );
    expect(status, output).not.toBe(0);
    const [told = output] =
      /error: (?!update failed)[^]*?(?=\n\n|\n *error:|\nResources:|$)/.exec(output) ?? [];
    expect(said({ status, output: told })).toMatchSnapshot();
  });
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
