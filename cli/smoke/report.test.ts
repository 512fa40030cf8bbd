import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { isResultLine, parseResult } from "@rollout/infra/rollout/smoke/smoke-result";
import { colorsFor } from "../progress/colors.ts";
import { junitXml } from "./junit.ts";
import type { SuiteOutcome } from "./outcome.ts";
import { checkLine, closingText, resultLine } from "./report.ts";

const at = new Date("2026-11-30T06:00:00Z");
const base = { tags: ["health"], attempts: 1, failures: [] };
const outcome: SuiteOutcome = {
  ...{ suite: "shop", passed: false, interrupted: false, seconds: 2.25, mark: "smoke-1" },
  checks: [
    { ...base, name: "home", state: "passed", seconds: 0.012 },
    {
      ...{ ...base, name: "health", state: "failed", seconds: 1.5, attempts: 3 },
      failures: [
        { what: "status", expected: "200", found: "500 (<b>&\u001b[31m\u0000)" },
        { what: "$.version", expected: "a value", found: "nothing" },
      ],
    },
    { ...base, name: "plan", state: "not run", seconds: 0, attempts: 0, reason: '"health" has not passed' },
  ],
};

/** Elements as a strict parser reads them: a name, attributes and text. */
function parse(
  xml: string,
): readonly { name: string; attributes: Readonly<Record<string, string>>; text: string }[] {
  const found: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const parser = new SaxesParser();
  const open: (typeof found)[number][] = [];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes, text: "" };
    found.push(element);
    open.push(element);
  });
  parser.on("text", (text) => {
    const last = open.at(-1);
    if (last) last.text += text;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(xml).close();
  return found;
}

describe("the report of a suite", () => {
  it("has a line for each check, and every failure below", () => {
    const colors = colorsFor(false, {});
    expect(outcome.checks.map((check) => checkLine(check, colors))).toEqual([
      "✓ home  12 ms",
      "✗ health  1.5 s",
      '- plan  not run: "health" has not passed',
    ]);
    expect(closingText(outcome, colors)).toBe(
      "\nhealth\n  status: expected 200, found 500 (<b>&\u001b[31m\u0000)\n  $.version: expected a value, found nothing\n" +
        "\n1 of 3 checks passed in 2.3 s; failed: health; not run: 1\n",
    );
  });

  it("is one line of JSON that a rollout takes for a smoke test's result", () => {
    const line = resultLine(outcome, at);
    expect(line.trimEnd().split("\n")).toHaveLength(1);
    expect(isResultLine(line)).toBe(true);
    expect(parseResult([line])).toMatchObject({
      passed: false,
      checks: [
        { name: "home", passed: true },
        { name: "health", passed: false, detail: expect.stringContaining("status: expected 200") as string },
        { name: "plan", passed: false, detail: 'not run: "health" has not passed' },
      ],
    });
    expect(JSON.parse(line)).toMatchObject({
      kind: "smoke",
      suite: "shop",
      at: at.toISOString(),
      checks: [{}, { attempts: 3, failures: outcome.checks[1]?.failures }, {}],
    });
  });

  it("is JUnit's XML with counts, failures and what was not run", () => {
    const [all, suite, ...cases] = parse(junitXml(outcome, at));
    expect(all).toMatchObject({
      name: "testsuites",
      attributes: { tests: "3", failures: "1", skipped: "1", errors: "0", time: "2.250" },
    });
    expect(suite).toMatchObject({
      name: "testsuite",
      attributes: { name: "shop", timestamp: "2026-11-30T06:00:00.000Z" },
    });
    expect(cases.filter(({ name }) => name === "testcase").map(({ attributes }) => attributes)).toEqual([
      { name: "home", classname: "shop", time: "0.012" },
      { name: "health", classname: "shop", time: "1.500" },
      { name: "plan", classname: "shop", time: "0.000" },
    ]);
    expect(cases.find(({ name }) => name === "failure")).toMatchObject({
      attributes: { message: "status: expected 200, found 500 (<b>&\u{FFFD}[31m\u{FFFD})" },
      text: "status: expected 200, found 500 (<b>&\u{FFFD}[31m\u{FFFD})\n$.version: expected a value, found nothing",
    });
    expect(cases.find(({ name }) => name === "skipped")?.attributes).toEqual({
      message: '"health" has not passed',
    });
  });

  it("is XML that a parser reads back, whatever an application answers", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const [, , element] = parse(
          junitXml({ ...outcome, checks: [{ ...base, name, state: "passed", seconds: 0 }] }, at),
        );
        const kept = Array.from(name, (each) =>
          /[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(each) ? each : "\u{FFFD}",
        );
        expect(element?.attributes["name"]).toBe(kept.join(""));
      }),
    );
  });
});
