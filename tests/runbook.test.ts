import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** Cells of each row that names a test. */
const rows = read("docs/runbook.md")
  .split("\n")
  .filter((line) => /^\|.*\.ts: /.test(line))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const words = execFileSync("git", ["ls-files", "cli", "infra", "stacks"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map(read)
  .join("\n")
  // A message that is put together from several texts stands there in pieces.
  .replaceAll(/["`'] \+\s+["`']/g, "");
const help = execFileSync(join(root, "bin", "rollout"), ["--help"], { encoding: "utf8" });

describe("the runbook", () => {
  it("has its tables", () => {
    expect(rows.length).toBeGreaterThan(10);
  });

  it.each(rows.map((row) => [row[0] ?? "", row] as const))("tells of %s what is true", (_symptom, row) => {
    const [symptom = "", , , shownBy = ""] = row;
    const [file = "", name = ""] = shownBy.replace(/^in part: /, "").split(": ");
    // A unit test makes no rollout fail and runs no command.
    expect(shownBy.startsWith("in part: ")).toBe(!/^tests\/(sandbox|mistakes)\//.test(file));
    expect(read(file).includes(name), `${file} has a test "${name}"`).toBe(true);
    const [, quoted] = /^`(.*)`$/.exec(symptom) ?? [];
    for (const piece of quoted?.split("…").map((each) => each.trim()) ?? [])
      if (piece.length > 8) expect(words.includes(piece), `the program says "${piece}"`).toBe(true);
    for (const [, command = ""] of row.join(" ").matchAll(/`bin\/rollout ([a-z-]+)/g))
      expect(help).toMatch(new RegExp(`^ {2}${command} `, "m"));
  });
});
