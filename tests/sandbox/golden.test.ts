import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExportedState } from "../golden/golden-state.ts";
import { asItWouldBe, placeholder } from "../golden/golden-state.ts";
import type { Checkout } from "./checkout.ts";
import { makeCheckout } from "./checkout.ts";
import { callCloud, postPlan, waitForPlan } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";
import { openSandbox } from "./sandbox.ts";

/**
 * States as earlier versions left them: each has to be taken over by today's program, keep what is in the environment,
 * and let itself be taken away.
 */
const folder = join(import.meta.dirname, "..", "golden");
const versions = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const textOf = (version: string, stack: string): string =>
  readFileSync(join(folder, version, `${stack}.json`), "utf8");
const files = versions.flatMap((version) =>
  readdirSync(join(folder, version)).map((file) => ({ version, stack: file.replace(".json", "") })),
);

it.each(files)("the state of $stack of $version holds no secret, and nothing of a machine", (file) => {
  const text = textOf(file.version, file.stack);
  const plaintexts = [...text.matchAll(/"plaintext": (".*")/g)].map(([, found = ""]) => found);
  expect(new Set(plaintexts)).toEqual(new Set([JSON.stringify(placeholder)]));
  expect(text).not.toMatch(/ciphertext|"salt"|\/(tmp|home|root|work|Users)\/|127\.0\.0\.1:(?!1\b)/);
});

const ofStaging = files.filter(({ stack }) => stack === "staging");

describe.each(ofStaging)("the state of $stack as $version left it", ({ version, stack }) => {
  let checkout: Checkout;
  let sandbox: Sandbox;

  beforeAll(async () => {
    checkout = makeCheckout();
    sandbox = openSandbox(checkout.root);
    await good("up");
  }, 600_000);
  afterAll(async () => {
    await sandbox.close();
    checkout.remove();
  });

  async function good(command: "up" | "destroy"): Promise<string> {
    const { status, output } = await sandbox.run("pulumi", command, "--stack", stack, "--skip-preview");
    expect(status, output).toBe(0);
    return output;
  }

  async function outputs(): Promise<{ readonly webUrl: string; readonly smokeApiKey: string }> {
    const words = ["pulumi", "stack", "output", "--stack", stack, "--json", "--show-secrets"];
    return JSON.parse(await sandbox.read(...words)) as Awaited<ReturnType<typeof outputs>>;
  }

  async function state(): Promise<ExportedState> {
    return JSON.parse(await sandbox.read("pulumi", "stack", "export", "--stack", stack)) as ExportedState;
  }

  it("is taken over by today's program, with the plans that were there", { timeout: 300_000 }, async () => {
    const { webUrl, smokeApiKey } = await outputs();
    const planId = await postPlan(webUrl, smokeApiKey, "Bread");
    await waitForPlan(webUrl, smokeApiKey, planId);
    const [golden, live] = [JSON.parse(textOf(version, stack)) as ExportedState, await state()];
    const file = join(sandbox.home, "golden.json");
    writeFileSync(file, JSON.stringify(asItWouldBe(golden, live)));
    const words = ["pulumi", "stack", "import", "--stack", stack, "--file", file];
    const { status, output } = await sandbox.run(...words);
    expect(status, output).toBe(0);

    expect(await good("up")).not.toMatch(
      /dynamic\/(neon|fly):(Project|Branch|Role|Database|App) .*(delet|replac)/,
    );
    expect(namesOf(await state(), golden)).toEqual(namesOf(live, golden));
    const after = await outputs();
    const plan = await waitForPlan(after.webUrl, after.smokeApiKey, planId);
    expect(plan.modules.length).toBeGreaterThan(0);
    expect(await good("up")).toMatch(/Resources:\n +\d+ unchanged\n/);
  });

  it("is taken away from then on", { timeout: 300_000 }, async () => {
    await good("destroy");
    const organization = "/v1/apps?org_slug=personal";
    const { apps } = await callCloud<{ apps: { name: string }[] }>(sandbox, "fly", "GET", organization);
    expect(apps.map(({ name }) => name).filter((name) => name.endsWith("-staging"))).toEqual([]);
    const { deployment } = await state();
    expect(deployment.resources ?? []).toEqual([]);
  });
});

/** What that version declared, and the id under which the cloud has it now; a web build is made anew with its variables. */
function namesOf({ deployment }: ExportedState, golden: ExportedState): readonly string[] {
  const known = new Set(golden.deployment.resources?.map(({ urn }) => urn));
  return (deployment.resources ?? [])
    .filter(({ type }) => /dynamic\/(neon|fly|vercel):/.test(type) && !type.endsWith("vercel:Deployment"))
    .filter(({ urn }) => known.has(urn))
    .map(({ urn, id }) => `${urn} ${id ?? ""}`)
    .sort();
}
