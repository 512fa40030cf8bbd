import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sizeFaults, tableFaults } from "./sizes.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sizes-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function faultsOf(files: Readonly<Record<string, string>>): readonly string[] {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return sizeFaults(folder, Object.keys(files));
}

const lines = (count: number): string => "export {};\n".repeat(count);
const client = 'import { limit } from "./limit.ts";\n';

it("refuses a file of 20 lines with a single user, whether or not a test imports it as well", () => {
  expect(
    faultsOf({
      "infra/fly/limit.ts": lines(20),
      "infra/fly/client.ts": client + lines(20),
      "infra/fly/limit.test.ts": client,
      "infra/fly/index.ts": 'import "./client.ts";\n',
    }),
  ).toEqual([
    "infra/fly/limit.ts: expected more than 20 lines or a second user, found 20 lines " +
      "that only infra/fly/client.ts imports: merge it into that file",
  ]);
});

it("refuses one that is imported by the name of its package, and a helper of a single test", () => {
  const found = faultsOf({
    "infra/fly/limit.ts": lines(1),
    "stacks/index.ts": 'import type { Limit } from "@rollout/infra/fly/limit";\n',
    "tests/sandbox/pace.ts": lines(1),
    "tests/sandbox/one.test.ts": 'import "./pace.ts";\n',
  });
  expect(found.map((fault) => fault.split(":")[0])).toEqual(["infra/fly/limit.ts", "tests/sandbox/pace.ts"]);
});

it("passes what a test imports and otherwise an entry point alone", () => {
  const files = { "infra/fly/client.ts": client, "infra/fly/limit.ts": lines(20) };
  expect(faultsOf(files)).toHaveLength(1);
  expect(faultsOf({ ...files, "infra/fly/limit.test.ts": client })).toEqual([]);
});

it.each([
  ["a file with two users", { "infra/fly/limit.ts": lines(20), "infra/fly/other.ts": client }],
  ["a file of 21 lines", { "infra/fly/limit.ts": lines(21) }],
  ["an entry point", { "infra/fly/limit.ts": lines(21), "bin/start.cjs": lines(1) }],
])("passes %s", (_what, files) => {
  expect(faultsOf({ "infra/fly/client.ts": client, ...files })).toEqual([]);
});

it("refuses a file over 300 lines without a reason", () => {
  expect(faultsOf({ "cli/a.ts": lines(300), "cli/b.ts": lines(301) })).toEqual([
    expect.stringMatching(/^cli\/b\.ts: expected at most 300 lines, found 301: divide it by idea, /),
  ]);
  expect(faultsOf({ "cli/b.ts": `// Long because it is a table.\n${lines(300)}` })).toEqual([]);
});

it("refuses a table with a cell of 120 characters, and no line of dashes", () => {
  const table = (cell: string): string => `| a | b |\n| --- | ${"-".repeat(200)} |\n| 1 | ${cell} |\n`;
  expect(tableFaults("docs/a.md", table("c".repeat(119)))).toEqual([]);
  expect(tableFaults("docs/a.md", table("c".repeat(120)))).toEqual([
    "docs/a.md:3: expected cells of at most 119 characters, found 120: make the table a list",
  ]);
});
