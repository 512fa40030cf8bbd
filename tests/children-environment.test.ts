import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", "infra", "stacks", "cli"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /\.ts$/.test(file) && !/(^|\/)test-|\.test\.ts$|-fixture\.ts$/.test(file));

const starts = /\b(?:spawn|spawnSync|execFile|execFileSync|promisify\(execFile\))\(/g;

/** The calls in a text that start a process, each to its closing bracket. */
function callsIn(text: string): readonly string[] {
  return [...text.matchAll(starts)].map(({ index, 0: start }) => {
    let depth = 1;
    let at = index + start.length;
    for (; depth > 0 && at < text.length; at += 1) depth += { "(": 1, ")": -1 }[text[at] ?? ""] ?? 0;
    return text.slice(index, at);
  });
}

it("names the environment of each process that it starts, since a child inherits every token otherwise", () => {
  const calls = files.flatMap((file) =>
    callsIn(readFileSync(join(root, file), "utf8")).map((call) => ({ file, call })),
  );
  expect(calls.length).toBeGreaterThan(15);
  expect(calls.filter(({ call }) => !/\benv\b/.test(call))).toEqual([]);
});

it("gives all that it has to the engine alone", () => {
  const complete = files.filter((file) =>
    /\.\.\.process\.env\b|env: process\.env\b/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(complete).toEqual([]);
});
