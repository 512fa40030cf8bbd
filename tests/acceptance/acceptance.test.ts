import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../sandbox/use-sandbox.ts";
import { isGreen, verdictOf } from "./report.ts";
import { describeRun, writeAcceptance } from "./run.ts";
import { allScenarios, sharedOut } from "./scenarios/index.ts";
import type { ScenarioResult } from "./stage.ts";
import { runScenario } from "./stage.ts";
import { worldOf } from "./world.ts";

/**
 * Promises in one sandbox, one after another. `bin/sandbox acceptance` names all of them, in two sandboxes; these three are what a
 * run of all tests has time for.
 */
const fewest = "failed-health-check,failed-migration,web-back-and-forward";
const profile = process.env["ACCEPTANCE_PROFILE"] ?? "none";
const wanted = (process.env["ACCEPTANCE_SCENARIOS"] ?? fewest).split(",");
const folder =
  process.env["ACCEPTANCE_REPORTS"] ?? join(import.meta.dirname, "..", "..", ".rollout", "acceptance");

const shares = sharedOut(wanted, Number(process.env["ACCEPTANCE_SANDBOXES"] ?? "1"));
const results = new Map<string, ScenarioResult>();
const begunAt = new Date();

process.stdout.write("  rolling staging out in a sandbox of its own …\n");
// Prepared and removed one after the other: the first rolls out what the second gets a copy of.
const stages = shares.map((names) => {
  const environment = useSandbox({ from: "staging live" });
  beforeAll(async () => {
    await environment.sandbox.read("faults", "profile", profile);
  });
  return { names, scenarios: allScenarios(worldOf(environment)) };
});
afterAll(() => {
  const [{ scenarios } = { scenarios: [] }] = stages;
  const tried = scenarios.flatMap(({ name }) => results.get(name) ?? []);
  const left = scenarios.map(({ name }) => name).filter((name) => !results.has(name));
  const run = describeRun({ begunAt, profile, sandboxes: stages.length, results: tried, left });
  process.stdout.write(`\n${verdictOf(run)}\nReport: ${writeAcceptance(run, folder)}\n`);
});

describe.each(stages)("the system keeps its promise:", { concurrent: true }, ({ names, scenarios }) => {
  const chosen = scenarios.filter(({ name }) => names.includes(name));
  it.each(chosen.map((scenario) => [scenario.name, scenario] as const))(
    "%s",
    { concurrent: false, timeout: 3_600_000 },
    async (_name, scenario) => {
      process.stdout.write(`  ${scenario.name} …\n`);
      const result = await runScenario(scenario);
      results.set(scenario.name, result);
      process.stdout.write(
        `${isGreen(result) ? "✓" : "✗"} ${scenario.name} ${result.seconds.toFixed(1)} s\n`,
      );
      expect(result.faults.join("\n"), scenario.promise).toBe("");
      expect(isGreen(result)).toBe(true);
    },
  );
});
