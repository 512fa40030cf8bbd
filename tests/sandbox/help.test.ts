import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { cachedMonitoring, getMonitoringCommand } from "../../sandbox/toolchain/monitoring-programs.ts";
import type { Ended } from "./sandbox.ts";
import { useSandbox } from "./use-sandbox.ts";

const project = join(import.meta.dirname, "..", "..");

const print = (program: string, ...words: readonly string[]): string =>
  execFileSync(join(project, "bin", program), words, { cwd: project, encoding: "utf8" });

/** The names in a list of commands: each begins a line that is moved in. */
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^ {2}([a-z]+(?:-[a-z]+)*)(?= |$)/gm)].map(([, name = ""]) => name);

/** Building them takes minutes, which no test does unasked: tests/monitoring and `npm run test:monitoring`. */
const hasMonitoring = cachedMonitoring(project, process.env) !== undefined;

/** The lines of a help that show a command as it is typed; what it does stands far to the right. */
const examplesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^ +(bin\/.*?)(?: {2,}.*)?$/gm)].map(([, line = ""]) => line);

const rollout = print("rollout", "--help");
const sandboxHelp = print("sandbox", "--help");
// That of the sandbox last: its last examples take everything away.
const helps = new Map([
  [rollout, "bin/rollout --help"],
  ...namesIn(rollout).map(
    (name) => [print("rollout", name, "--help"), `bin/rollout ${name} --help`] as const,
  ),
  ...namesIn(sandboxHelp)
    .map((name) => [print("sandbox", name, "--help"), `bin/sandbox ${name} --help`] as const)
    .filter(([text]) => text !== sandboxHelp),
  [sandboxHelp, "bin/sandbox --help"],
]);

describe("the help", () => {
  it("is found for every command", () => {
    expect([...helps.values()]).toEqual(
      expect.arrayContaining([
        "bin/rollout up --help",
        "bin/rollout rotate --help",
        "bin/sandbox faults --help",
      ]),
    );
  });

  it.each([...helps].map(([text, command]) => [command, text]))("of %s has examples", (_command, text) => {
    expect(examplesIn(text).length).toBeGreaterThan(1);
  });

  it.each([...helps].map(([text, command]) => [command, text]))(
    "of %s shows none where they are not found",
    (_command, text) => {
      const indented = text
        .split("\n")
        .filter((line) => /^ .*\b(bin\/(sandbox|rollout)|pulumi) [a-z]/.test(line));
      const unfound = indented.filter((line) => !/^ +bin\//.test(line));
      expect(unfound).toEqual([]);
    },
  );
});

describe("what the help shows", { timeout: 300_000 }, () => {
  const { checkout, sandbox } = useSandbox({ from: "staging live" });

  beforeAll(() => {
    // A recording that has no call yet; that of a rollout is replayed in first-week.test.ts.
    writeFileSync(join(checkout.root, "run.har"), '{"log":{"entries":[]}}');
  });

  /** One for the real clouds meets the sandbox's; one that never ends is interrupted when it has printed something. */
  function runExample(line: string): Promise<Ended> {
    const shell = line.startsWith("bin/sandbox ") ? line.split(" ").slice(1) : ["bash", "-c", line];
    if (isWatch(line)) return sandbox.interrupt(/Watching|"look"/, ...shell);
    if (!line.startsWith("bin/sandbox ")) return sandbox.run("bash", "-o", "pipefail", "-c", line);
    return / (-f|--follow|--listen)( |$)/.test(line) || line === "bin/sandbox monitoring"
      ? sandbox.interrupt(/\S/, ...line.split(" ").slice(1))
      : sandbox.type(line);
  }

  const isWatch = (line: string): boolean => line.includes("bin/rollout watch ");

  /** Each once, with the first help that shows it; the same command with and without `bin/sandbox` is one. */
  const examples = new Map<string, readonly [line: string, command: string]>();
  for (const [text, command] of helps)
    for (const line of examplesIn(text)) {
      const key = line.replace(/^bin\/sandbox (?=bin\/)/, "");
      if (!examples.has(key)) examples.set(key, [line, command]);
    }

  it.for([...examples.values()])("works: %s (%s)", async ([line], { skip }) => {
    skip(line.startsWith("bin/sandbox monitoring") && !hasMonitoring, `get it with ${getMonitoringCommand}`);
    const { status, output } = await runExample(line);
    // What a watch has seen until it is interrupted is inconclusive.
    expect(status, output).toBe(isWatch(line) ? 6 : 0);
  });
});
