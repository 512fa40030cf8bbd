import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { scenarioNames } from "../../sandbox/cli/acceptance.ts";
import type { SandboxOfTests } from "../sandbox/use-sandbox.ts";
import { isGreen, verdictOf } from "./report.ts";
import { describeRun, writeAcceptance } from "./run.ts";
import { allScenarios, sharedOut } from "./scenarios/index.ts";
import { runScenario } from "./stage.ts";
import { worldOf } from "./world.ts";

let time = 0;
const clock = (): number => time;
const of = { name: "a", promise: "It holds." };

describe("a scenario", () => {
  it("is green where all that was read is what is promised, within the limits", async () => {
    const result = await runScenario(
      {
        ...of,
        run: async (stage) => {
          await stage.within(10, "roll out", async () => void (time += 9_000));
          stage.expect("Fly", "machines", ["one"], ["one"]);
        },
      },
      clock,
    );
    expect(result).toMatchObject({
      seconds: 9,
      faults: [],
      measures: [{ what: "roll out", seconds: 9, limit: 10 }],
      evidence: [{ source: "Fly", claim: "machines", found: "[ 'one' ]", holds: true }],
    });
    expect(isGreen(result)).toBe(true);
  });

  it.each<[string, Parameters<typeof runScenario>[0]["run"], RegExp]>([
    ["without evidence", async () => undefined, /there is no evidence/],
    [
      "with evidence against it",
      async (stage) => stage.expect("GitHub", "state", "failure", "success"),
      /GitHub, state: expected success, found failure/,
    ],
    [
      "over its limit",
      async (stage) => {
        stage.expect("Fly", "machines", 1, 1);
        await stage.within(10, "roll out", async () => void (time += 10_001));
      },
      /roll out took 10\.0 s; the limit is 10 s/,
    ],
    [
      "that could not go on",
      async (stage) => {
        stage.expect("Fly", "machines", 1, 1);
        await stage.step("roll out", () => Promise.reject(new Error("it ended with 1")));
      },
      /it ended with 1/,
    ],
  ])("is red %s", async (_name, run, fault) => {
    const result = await runScenario({ ...of, run }, clock);
    expect(isGreen(result)).toBe(false);
    expect(result.faults.join("\n")).toMatch(fault);
  });
});

describe("the report of an acceptance run", () => {
  it("has machine, versions, each scenario with its evidence, what was not tried, and a place to sign", async () => {
    const good = await runScenario(
      { ...of, run: async (stage) => stage.expect("Fly", "what <script> found", "<b>", "<b>") },
      clock,
    );
    const bad = await runScenario({ ...of, name: "b", run: async () => undefined }, clock);
    const run = describeRun({
      begunAt: new Date("2026-03-09T10:00:00Z"),
      ...{ profile: "none", sandboxes: 2, results: [good, bad], left: ["c"] },
    });
    expect(verdictOf(run)).toBe("1 of 2 promises hold; not tried in this run: c.");
    const folder = mkdtempSync(join(tmpdir(), "acceptance-"));
    try {
      const page = readFileSync(writeAcceptance(run, folder), "utf8");
      const parser = new SaxesParser();
      parser.on("error", (error) => {
        throw error;
      });
      parser.write(page).close();
      const text = readFileSync(join(folder, "acceptance-2026-03-09T10-00-00-000Z.md"), "utf8");
      for (const each of [page, text]) {
        expect(each).toContain("Pulumi engine");
        expect(each).toContain("there is no evidence");
        expect(each).toContain("☐ needs revision");
        expect(each).not.toContain("<script>");
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it("tries the scenarios that bin/sandbox acceptance names, in that order", () => {
  const nowhere = { checkout: {}, sandbox: {} } as unknown as SandboxOfTests;
  expect(allScenarios(worldOf(nowhere)).map(({ name }) => name)).toEqual(scenarioNames);
});

it("tries each of them in one of two sandboxes", () => {
  expect(sharedOut(scenarioNames, 1)).toEqual([scenarioNames]);
  const shares = sharedOut(scenarioNames, 2);
  expect(shares.map(({ length }) => length)).toEqual([6, 6]);
  expect(shares.flat().sort()).toEqual([...scenarioNames].sort());
  expect(sharedOut(["gate"], 2)).toEqual([["gate"]]);
});
