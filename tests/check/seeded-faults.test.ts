import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Linter } from "eslint";
import { parser } from "typescript-eslint";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
let copy: string;

const run = (...args: readonly string[]) =>
  new Promise<{ readonly status: unknown; readonly printed: string }>((resolve) => {
    execFile(process.execPath, [...args], { cwd: copy, timeout: 280_000 }, (error, out, err) =>
      resolve({ status: error?.code ?? 0, printed: out + err }),
    );
  });

const check = (...parts: readonly string[]) =>
  run(join(copy, "node_modules", "tsx", "dist", "cli.mjs"), join("tests", "check", "main.ts"), ...parts);

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), text);
};

/** A function that branches in each of `depth` levels, which makes 1 + 2 + … of complexity. */
function nested(depth: number): string {
  const open = Array.from({ length: depth }, (_, at) => `if (given.length > ${String(at)}) {`).join("\n");
  return `export function planted(given: string): number {\n${open}\nreturn 1;\n${"}\n".repeat(depth)}return 0;\n}\n`;
}

// A copy of what git has, with the packages of this checkout, in which each fault is planted.
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "seeded-"));
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  }).split("\0");
  for (const file of files.filter((each) => each !== "" && existsSync(join(root, each))))
    cpSync(join(root, file), join(copy, file));
  for (const folder of ["", "infra", "sandbox", "src"].filter((each) =>
    existsSync(join(root, each, "node_modules")),
  ))
    symlinkSync(join(root, folder, "node_modules"), join(copy, folder, "node_modules"));
  execFileSync("git", ["init", "-q"], { cwd: copy });
}, 120_000);
afterAll(() => rmSync(copy, { recursive: true }));

it(
  "finds each planted fault, by the part of npm run check that looks for it",
  { timeout: 600_000 },
  async () => {
    const parts = ["duplicates", "unused", "licences", "secrets"];
    const [, copied = ""] =
      /(export function findDropped[\s\S]*?\n}\n)/.exec(
        readFileSync(join(copy, "infra/migration-lint/rules/drop-data.ts"), "utf8"),
      ) ?? [];
    write("infra/migration-lint/rules/planted.ts", `import pad from "left-pad";\n\n${copied}\nvoid pad;\n`);
    write("cli/planted-key.ts", ['export const key = "ghp', "0a1B".repeat(9) + '";\n'].join("_"));
    const lock = JSON.parse(readFileSync(join(copy, "package-lock.json"), "utf8")) as {
      packages: Record<string, object>;
    };
    lock.packages["node_modules/left-pad"] = { version: "1.3.0", license: "AGPL-3.0-only" };
    write("package-lock.json", JSON.stringify(lock));

    const found = await check(...parts);
    expect(found.status, found.printed).toBe(1);
    for (const part of parts) expect(found.printed).toMatch(new RegExp(`^${part} +failed`, "m"));
    expect(found.printed).toMatch(
      /planted\.ts:\d+-\d+|planted\.ts.*drop-data\.ts|drop-data\.ts.*planted\.ts/,
    );
    expect(found.printed).toMatch(/Unused files[\s\S]*cli\/planted-key\.ts/);
    expect(found.printed).toMatch(/Unlisted dependencies[\s\S]*left-pad/);
    expect(found.printed).toContain(
      "left-pad: expected a licence that only asks to be named, found AGPL-3.0-only",
    );
    expect(found.printed).toContain("cli/planted-key.ts:1: found a secret (github)");
  },
);

it("refuses a function that is too complex", async () => {
  const rule = "sonarjs/cognitive-complexity";
  const { default: config } = (await import(pathToFileURL(join(root, "eslint.config.mjs")).href)) as {
    readonly default: readonly Linter.Config[];
  };
  const ours = config.find(({ rules = {} }) => rule in rules);
  const found = new Linter().verify(
    nested(6),
    {
      files: ["**/*.ts"],
      languageOptions: { parser },
      plugins: ours?.plugins ?? {},
      rules: { [rule]: ours?.rules?.[rule] },
    },
    "planted.ts",
  );
  expect(found.map(({ message }) => message).join("\n")).toContain("from 21 to the 15 allowed");
});
