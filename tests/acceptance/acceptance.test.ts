import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../sandbox/use-sandbox.ts";
import { isGreen, verdictOf } from "./report.ts";
import { describeRun, writeAcceptance } from "./run.ts";
import { allScenarios } from "./scenarios/index.ts";
import type { ScenarioResult } from "./stage.ts";
import { runScenario } from "./stage.ts";
import { worldOf } from "./world.ts";

/**
 * Promises in one environment, one after another. `bin/sandbox acceptance` names all of them; these three are what a run of all
 * tests has time for.
 */
const fewest = "failed-health-check,failed-migration,web-back-and-forward";
const profile = process.env["ACCEPTANCE_PROFILE"] ?? "none";
const wanted = (process.env["ACCEPTANCE_SCENARIOS"] ?? fewest).split(",");
const folder =
  process.env["ACCEPTANCE_REPORTS"] ?? join(import.meta.dirname, "..", "..", ".rollout", "acceptance");

const environment = useSandbox({ from: "staging live" });
const scenarios = allScenarios(worldOf(environment));
const chosen = scenarios.filter(({ name }) => wanted.includes(name));
const results: ScenarioResult[] = [];
const begunAt = new Date();

process.stdout.write("  rolling staging out in a sandbox of its own …\n");
beforeAll(async () => {
  await environment.sandbox.read("faults", "profile", profile);
});
afterAll(() => {
  const left = scenarios
    .map(({ name }) => name)
    .filter((name) => !results.some((each) => each.name === name));
  const run = describeRun(begunAt, profile, results, left);
  process.stdout.write(`\n${verdictOf(run)}\nReport: ${writeAcceptance(run, folder)}\n`);
});

describe("the system keeps its promise:", { timeout: 3_600_000 }, () => {
  it.each(chosen.map((scenario) => [scenario.name, scenario] as const))("%s", async (_name, scenario) => {
    process.stdout.write(`  ${scenario.name} …\n`);
    const result = await runScenario(scenario);
    results.push(result);
    process.stdout.write(`${isGreen(result) ? "✓" : "✗"} ${scenario.name} ${result.seconds.toFixed(1)} s\n`);
    expect(result.faults.join("\n"), scenario.promise).toBe("");
    expect(isGreen(result)).toBe(true);
  });
});
