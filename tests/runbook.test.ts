import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** What the runbook has about one failure. */
interface Entry {
  readonly symptom: string;
  /** What is to be done. */
  readonly remedy: string;
  readonly shownBy: string;
}

/** What stands before the test of an entry whose failure no test makes: why. */
const inPart = /^in part, since [^:]+: /;

const entries = read("docs/runbook.md")
  .split(/^(?=- |#)/m)
  .filter((text) => text.includes("\n  - shown by: "))
  .map((text): Entry => {
    const [symptom = "", ...lines] = text.trim().split(/\n {2}- /);
    const after = (label: string): string =>
      (lines.find((line) => line.startsWith(label)) ?? label).slice(label.length).replaceAll(/\n\s+/g, " ");
    return { symptom: symptom.slice(2), remedy: after("do: "), shownBy: after("shown by: ") };
  });

const messages = execFileSync("git", ["ls-files", "cli", "infra", "stacks"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map(read)
  .join("\n")
  // A message that is put together from several texts stands there in pieces.
  .replaceAll(/["`'] \+\s+["`']/g, "");
const help = execFileSync(join(root, "bin", "rollout"), ["--help"], { encoding: "utf8" });

/** The words of each `bin/rollout …` in a text: the command, and its options. */
const commandsIn = (text: string): readonly (readonly string[])[] =>
  [...text.matchAll(/`bin\/rollout ([^`]+)`/g)].map(([, words = ""]) => words.split(" "));

/** The lines of a test, with what its `describe` has before and between the tests: tables, `beforeAll`. */
function programOf(file: string, name: string): string {
  const block = read(file)
    .split(/^(?=(?:describe|it)\b)/m)
    .find((each) => each.includes(name));
  const tests = [...(block ?? "").matchAll(/^ {2}it\b[^]*?^ {2}\}?\);$/gm)].map(([test]) => test);
  // The name of a `describe` stands for all of its tests.
  const others = tests.some((test) => test.includes(name))
    ? tests.filter((test) => !test.includes(name))
    : [];
  return others.reduce((left, test) => left.replace(test, () => ""), block ?? "");
}

/** Whether a test runs the command: by its name, or by a function that is named after it. */
function runs(program: string, [command = ""]: readonly string[]): boolean {
  const camel = command.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
  const called = new RegExp(`["\`' ]${command}["\`' ]|\\b(good)?${camel}\\(`, "i");
  return called.test(program);
}

describe("the runbook", () => {
  it("has an entry for each failure", () => {
    expect(entries.length).toBeGreaterThan(10);
  });

  it.each(entries.map((entry) => [entry.symptom, entry] as const))(
    "names for %s messages and commands that there are",
    (_symptom, { symptom, remedy }) => {
      const [, quoted] = /^`(.*)`$/.exec(symptom) ?? [];
      for (const piece of quoted?.split("…").map((each) => each.trim()) ?? [])
        if (piece.length > 8) expect(messages.includes(piece), `the program prints "${piece}"`).toBe(true);
      for (const [command = ""] of commandsIn(`${symptom} ${remedy}`))
        expect(help).toMatch(new RegExp(`^ {2}${command} `, "m"));
    },
  );

  it.each(entries.map((entry) => [entry.symptom, entry] as const))(
    "names for %s a test that makes it happen and runs the command, or the reason why there is none",
    (_symptom, { remedy, shownBy }) => {
      const isInPart = inPart.test(shownBy);
      const [file = "", name = ""] = shownBy.replace(inPart, "").split(": ");
      // A unit test makes no rollout fail and runs no command.
      expect(isInPart).toBe(!/^tests\/(sandbox|mistakes)\//.test(file));
      expect(existsSync(join(root, file)), `${file} exists`).toBe(true);
      expect(read(file).includes(name), `${file} has a test "${name}"`).toBe(true);
      if (isInPart) return;
      const program = programOf(file, name);
      for (const command of commandsIn(remedy))
        expect(runs(program, command), `"${name}" runs bin/rollout ${command.join(" ")}`).toBe(true);
    },
  );
});
