import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const project = join(import.meta.dirname, "..");
let folder: string;

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};
/** The bundles that were made so far, by name. */
const bundles = (): readonly string[] =>
  readdirSync(join(folder, "node_modules", ".cache", "bundles"))
    .filter((file) => file.endsWith(".cjs"))
    .map((file) => file.replace(/-\w+\.cjs$/, ""))
    .sort();

/** A project of two sources, with the packages of this one. */
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "bundles-")));
  for (const file of ["bin/bundles.cjs", "bin/source-maps.cjs", "infra/package.json", "tsconfig.json"]) {
    write(file, "");
    copyFileSync(join(project, file), join(folder, file));
  }
  mkdirSync(join(folder, "node_modules", "@rollout"), { recursive: true });
  symlinkSync(join(folder, "infra"), join(folder, "node_modules", "@rollout", "infra"));
  for (const name of ["esbuild", "tsx", "zod"])
    symlinkSync(join(project, "node_modules", name), join(folder, "node_modules", name));
  write(
    "stacks/index.ts",
    'import { value } from "@rollout/infra/value";\nmodule.exports = (): string => value();\n',
  );
  write("infra/value.ts", 'export const value = (): string => "one";\n');
  write(
    "infra/engine/dispatch.ts",
    'import { value } from "../value.ts";\nexport const providerAt = (): string => value();\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (script: string): string =>
  execFileSync(process.execPath, ["-e", script], {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, ROLLOUT_TEST_RUN: "", NODE_OPTIONS: "" },
  }).trim();

const own = "Object.keys(require.cache).filter((file) => /\\b(value|index)\\.ts$/.test(file)).length";
/** What the program answers, and how many of its two sources were loaded by themselves. */
const program = (before = ""): string =>
  run(
    `${before}require("./bin/bundles.cjs").loadProgram().then((it) => { try { console.log(it(), ${own}); } catch (error) { console.log(error.stack, ${own}); } });`,
  );
/** The same of the provider, as the line in a state finds it. */
const provider = (before = ""): string =>
  run(
    `${before}require("./bin/bundles.cjs").useBundleOfProviders();
console.log((require("tsx/cjs"), require("@rollout/infra/engine/dispatch").providerAt("x")), ${own});`,
  );

describe("program and providers", { timeout: 60_000 }, () => {
  it("are each loaded as one file, made at the first start of the program", () => {
    expect(provider()).toBe("one 1");
    expect(program()).toBe("one 0");
    expect(bundles()).toEqual(["program", "providers"]);
    expect([program(), provider()]).toEqual(["one 0", "one 0"]);
  });

  it("are what the sources are, after each change of one", () => {
    program();
    write("infra/value.ts", 'export const value = (): string => "two";\n');
    expect([provider(), program(), provider()]).toEqual(["two 1", "two 0", "two 0"]);
    write("infra/value.ts", 'export const value = (): string => "one";\n');
    // The first ones are there still.
    expect([provider(), bundles().length]).toEqual(["one 0", 4]);
  });

  it("are loaded as they are where a source asks where it is, where it is wrong, and where nothing can be kept", () => {
    write("infra/value.ts", "export const value = (): string => typeof import.meta.url;\n");
    expect(program()).toBe("string 2");
    write("infra/value.ts", 'export const value = (): string => "three";\n');
    rmSync(join(folder, "node_modules", ".cache"), { recursive: true, force: true });
    write("node_modules/.cache", "a file\n");
    expect([program(), provider()]).toEqual(["three 2", "three 1"]);
  });

  it("are loaded as they are where who measures what runs keeps the sources' maps on", () => {
    program();
    const keepsMaps =
      "const { setSourceMapsEnabled } = process; process.setSourceMapsEnabled = (isOn) => setSourceMapsEnabled(isOn || process.sourceMapsEnabled);";
    expect([program(keepsMaps), provider(keepsMaps)]).toEqual(["one 2", "one 1"]);
  });

  it("know the folder of each source, and name its line in a trace", () => {
    write("infra/deep/value.ts", "export const here = __dirname;\n");
    write(
      "infra/value.ts",
      'import { here } from "./deep/value.ts";\n\nexport const value = (): string => {\n  throw new Error(here);\n};\n',
    );
    const trace = program();
    expect(trace).toContain(`Error: ${join(folder, "infra", "deep")}\n`);
    expect(trace).toContain(`${join(folder, "infra", "value.ts")}:4:9`);
    expect(trace).toMatch(/ 0$/);
  });

  it("load what else is needed later by tsx", () => {
    program();
    const later = `require("./bin/bundles.cjs").useBundleOfProviders();
require("tsx/cjs");
console.log(require("./infra/value.ts").value());`;
    expect(run(later)).toBe("one");
  });
});
