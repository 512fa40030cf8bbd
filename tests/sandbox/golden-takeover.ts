import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { ExportedState } from "../golden/golden-state.ts";
import { asItWouldBe } from "../golden/golden-state.ts";
import { postPlan, waitForPlan } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

const folder = join(import.meta.dirname, "..", "golden");

/** A state that is kept. */
export interface GoldenFile {
  readonly version: string;
  readonly stack: string;
}

/** Every state that is kept, by version. */
export const goldenFiles: readonly GoldenFile[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: version }) =>
    readdirSync(join(folder, version)).map((file) => ({ version, stack: file.replace(".json", "") })),
  );

export function goldenText({ version, stack }: GoldenFile): string {
  return readFileSync(join(folder, version, `${stack}.json`), "utf8");
}

/** Runs the engine on a stack and expects that it ends well. */
export async function goodEngine(sandbox: Sandbox, command: string, stack: string): Promise<string> {
  const { status, output } = await sandbox.run("pulumi", command, "--stack", stack, "--skip-preview");
  expect(status, output).toBe(0);
  return output;
}

export async function stateOf(sandbox: Sandbox, stack: string): Promise<ExportedState> {
  return JSON.parse(await sandbox.read("pulumi", "stack", "export", "--stack", stack)) as ExportedState;
}

async function outputs(
  sandbox: Sandbox,
  stack: string,
): Promise<{ readonly webUrl: string; readonly smokeApiKey: string }> {
  const words = ["pulumi", "stack", "output", "--stack", stack, "--json", "--show-secrets"];
  return JSON.parse(await sandbox.read(...words)) as Awaited<ReturnType<typeof outputs>>;
}

/** Lays the golden state over the stack that is live, and expects that today's program keeps all that is there. */
export async function expectTakeover(sandbox: Sandbox, file: GoldenFile): Promise<void> {
  const { stack } = file;
  const { webUrl, smokeApiKey } = await outputs(sandbox, stack);
  const planId = await postPlan(webUrl, smokeApiKey, "Bread");
  await waitForPlan(webUrl, smokeApiKey, planId);
  const golden = JSON.parse(goldenText(file)) as ExportedState;
  const live = await stateOf(sandbox, stack);
  const place = join(sandbox.home, "golden.json");
  writeFileSync(place, JSON.stringify(asItWouldBe(golden, live)));
  const { status, output } = await sandbox.run(
    ...["pulumi", "stack", "import", "--stack", stack, "--file", place],
  );
  expect(status, output).toBe(0);

  expect(lostIn(await goodEngine(sandbox, "up", stack))).toEqual([]);
  expect(namesOf(await stateOf(sandbox, stack), golden)).toEqual(namesOf(live, golden));
  const after = await outputs(sandbox, stack);
  const plan = await waitForPlan(after.webUrl, after.smokeApiKey, planId);
  expect(plan.modules.length).toBeGreaterThan(0);
  expect(await goodEngine(sandbox, "up", stack)).toMatch(/Resources:\n +\d+ unchanged\n/);
}

/** A rollout replaces these each time: its own steps, and a web build whose variables are others. */
const replacedAnyway = /^pulumi-nodejs:dynamic\/(rollout:|vercel:Deployment$)/;

/** Each resource that an `up` has deleted or replaced, in the engine's own words. */
function lostIn(output: string): readonly string[] {
  return [...output.matchAll(/^ *(?:-|--|\+-|-\+|\+\+|=) +(\S+) (\S+) (.*(?:delet|replac).*)$/gm)]
    .filter(([, type = ""]) => !replacedAnyway.test(type))
    .map(([, type = "", name = "", what = ""]) => `${type} ${name} ${what}`);
}

/** What that version declared, and the id under which the cloud has it now; a web build is replaced with its variables. */
function namesOf({ deployment }: ExportedState, golden: ExportedState): readonly string[] {
  const known = new Set(golden.deployment.resources?.map(({ urn }) => urn));
  return (deployment.resources ?? [])
    .filter(({ type }) => /dynamic\/(neon|fly|vercel):/.test(type) && !type.endsWith("vercel:Deployment"))
    .filter(({ urn }) => known.has(urn))
    .map(({ urn, id }) => `${urn} ${id ?? ""}`)
    .sort();
}
