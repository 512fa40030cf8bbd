import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { dump, load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { orSkipped, programs, rulesFolder } from "./programs.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
}
interface Rules {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}
interface RuleTests {
  readonly tests: readonly {
    readonly name: string;
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts?: readonly unknown[];
    }[];
  }[];
}

const read = (name: string): string => readFileSync(join(rulesFolder, name), "utf8");
const rules = load(read("alerts.yml")) as Rules;
const names = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert));
const { tests } = load(read("alerts.test.yml")) as RuleTests;

/** How a program ended, and what it printed. */
async function run(
  program: string,
  ...words: readonly string[]
): Promise<{ failed: boolean; output: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...words], {
      cwd: rulesFolder,
      timeout: 60_000,
    });
    return { failed: false, output: stdout + stderr };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return { failed: true, output: stdout + stderr };
  }
}

describe("the alerts", () => {
  it.each(names)("%s fires in a test, and resolves after that", (name) => {
    const cases = tests.filter(({ alert_rule_test: steps }) =>
      steps.some(({ alertname }) => alertname === name),
    );
    const resolved = cases.filter(({ alert_rule_test: steps }) => {
      const fires = steps.map(({ exp_alerts: expected = [] }) => expected.length > 0);
      return fires.includes(true) && fires.at(-1) === false;
    });
    expect(resolved.map((each) => each.name)).not.toEqual([]);
  });

  it("are those that operators were promised", () => {
    expect(names).toEqual(
      expect.arrayContaining([
        ...["RunnerOffline", "RolloutFailed", "RolloutSlow", "ErrorRateHigh", "LatencyHigh"],
        ...["DatabaseErrors", "WorkerFailures", "QueueDepthHigh"],
      ]),
    );
  });
});

describe.skipIf(!programs)(`the alerts, by promtool${orSkipped}`, () => {
  const promtool = programs?.promtool ?? "";

  /** The tests of the rules, with another expression in the place of every rule's. */
  async function testWith(expression: string): Promise<{ failed: boolean; output: string }> {
    const folder = mkdtempSync(join(tmpdir(), "rules-"));
    const groups = rules.groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => ({ ...rule, expr: expression })),
    }));
    try {
      writeFileSync(join(folder, "alerts.yml"), dump({ groups }));
      writeFileSync(join(folder, "alerts.test.yml"), read("alerts.test.yml"));
      return await run(promtool, "test", "rules", join(folder, "alerts.test.yml"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it("pass their tests", async () => {
    const { failed, output } = await run(promtool, "test", "rules", "alerts.test.yml");
    expect(failed, output).toBe(false);
  });

  it.each([
    ["fires", "vector(1) > 2"],
    ["resolves", "vector(1)"],
  ])("fail the test of each that never %s", async (_what, expression) => {
    const { failed, output } = await testWith(expression);
    expect(failed).toBe(true);
    // Behind `FAILED:` stands each assertion that does not hold, with its alert.
    expect(names.filter((name) => !output.includes(`alertname: ${name}`))).toEqual([]);
  });

  it("have nothing that promtool objects to, nor has prometheus.yml", async () => {
    const { failed, output } = await run(
      promtool,
      "check",
      "config",
      "--lint=all",
      "--lint-fatal",
      "prometheus.yml",
    );
    expect(failed, output).toBe(false);
  });
});

describe.skipIf(!programs)(`the routes, by amtool${orSkipped}`, () => {
  const amtool = programs?.amtool ?? "";

  it.each([
    ["critical", "on-call"],
    ["warning", "team"],
  ])("lead an alert of severity %s to %s", async (severity, receiver) => {
    const { output } = await run(
      amtool,
      ...["config", "routes", "test", "--config.file=alertmanager.yml"],
      ...[`severity=${severity}`, "alertname=RolloutFailed", "environment=prod"],
    );
    expect(output.trim()).toBe(receiver);
  });

  it("are valid", async () => {
    const { failed, output } = await run(amtool, "check-config", "alertmanager.yml");
    expect(failed, output).toBe(false);
  });
});
