import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

/** What a process prints that starts as the program and the engine's provider do. */
function printed(script: string): unknown {
  const file = JSON.stringify(join(import.meta.dirname, "lazy-packages.cjs"));
  const source = `require(${file}); const pulumi = require("@pulumi/pulumi"); ${script}`;
  return JSON.parse(
    execFileSync(process.execPath, ["-e", source], { encoding: "utf8", stdio: "pipe" }),
  ) as unknown;
}

it("loads Pulumi's SDK without the compiler that its serializer uses", () => {
  // Of the compiler's one file: what was compiled is a child of it, or it has none yet.
  const script = `
    const compiler = require.cache[require.resolve("typescript")];
    console.log(JSON.stringify({ isLoaded: compiler instanceof require("node:module") }));`;
  expect(printed(script)).toEqual({ isLoaded: false });
});

it("loads zod without its messages in other languages, and gives them to what uses them", () => {
  const script = `
    const { z } = require("zod");
    const german = () => require.cache[require.resolve("zod/v4/locales").replace("index.cjs", "de.cjs")] !== undefined;
    const [before, message] = [german(), z.string().safeParse(1).error.issues[0].message];
    z.config(z.locales.de());
    console.log(JSON.stringify({ before, message, after: german(), german: z.string().safeParse(1).error.issues[0].message }));`;
  expect(printed(script)).toEqual({
    before: false,
    message: "Invalid input: expected string, received number",
    after: true,
    german: expect.stringContaining("Ungültige Eingabe") as string,
  });
});

it("gives the compiler to what uses it, as it is", () => {
  const script = `
    pulumi.runtime.serializeFunction(() => 41 + 1).then(({ text }) => {
      const typescript = require("typescript");
      console.log(JSON.stringify({
        isSerialized: text.includes("41 + 1"), version: typescript.version,
        same: require("typescript") === typescript,
      }));
    });`;
  expect(printed(script)).toEqual({
    isSerialized: true,
    version: expect.stringMatching(/^\d+\.\d+/) as string,
    same: true,
  });
});

it("loads Pulumi's SDK without its Automation API and what reads package.json, and gives them to what uses them", () => {
  const script = `
    const loaded = (part) => Object.values(require.cache).some(
      (each) => each instanceof require("node:module") && each.filename.includes(part));
    const look = () => [loaded("/automation/"), loaded("/normalize-package-data/")];
    const before = look();
    pulumi.runtime.computeCodePaths({ extraIncludePackages: ["zod"] }).then((paths) => {
      console.log(JSON.stringify({
        before, kind: typeof pulumi.automation.LocalWorkspace.createOrSelectStack, hasZod: paths.has("node_modules/zod"), after: look(),
      }));
    });`;
  expect(printed(script)).toEqual({
    before: [false, false],
    kind: "function",
    hasZod: true,
    after: [true, true],
  });
});
