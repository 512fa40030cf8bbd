import { failureText } from "./failure.ts";
import type { CheckOutcome, SuiteOutcome } from "./outcome.ts";
import { summaryOf } from "./outcome.ts";

/** The outcome as JUnit's XML, which GitHub Actions, GitLab and Jenkins read. */
export function junitXml(outcome: SuiteOutcome, at: Date): string {
  const { suite, checks, seconds } = outcome;
  const count = (state: CheckOutcome["state"]): string =>
    String(checks.filter((check) => check.state === state).length);
  const totals = {
    name: suite,
    tests: String(checks.length),
    failures: count("failed"),
    errors: "0",
    skipped: count("not run"),
    time: seconds.toFixed(3),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes(totals)}>`,
    `  <testsuite${attributes({ ...totals, timestamp: at.toISOString() })}>`,
    ...checks.map((check) => testCase(check, suite)),
    `    <system-out>${escaped(summaryOf(outcome))}</system-out>`,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase({ name, state, seconds, failures, reason }: CheckOutcome, suite: string): string {
  const open = `    <testcase${attributes({ name, classname: suite, time: seconds.toFixed(3) })}`;
  if (state === "passed") return `${open}/>`;
  if (state === "not run") return `${open}><skipped${attributes({ message: reason ?? "" })}/></testcase>`;
  const texts = failures.map(failureText);
  return `${open}><failure${attributes({ message: texts[0] ?? "failed" })}>${escaped(texts.join("\n"))}</failure></testcase>`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // As they are, a parser would take them for spaces in an attribute.
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};

/** What XML 1.0 has no form for, escaped or not, such as the colours of a terminal and half a surrogate pair. */
const outsideXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

function escaped(text: string): string {
  return text
    .replaceAll(outsideXml, "\u{FFFD}")
    .replaceAll(/[&<>"'\n\r\t]/g, (each) => entities[each] ?? each);
}
