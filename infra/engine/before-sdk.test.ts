import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const require = createRequire(import.meta.url);

/** What a process prints that starts as the program and the engine's provider do. */
function printed(script: string): unknown {
  const file = JSON.stringify(join(import.meta.dirname, "before-sdk.cjs"));
  const source = `require(${file}); const pulumi = require("@pulumi/pulumi"); ${script}`;
  return JSON.parse(
    execFileSync(process.execPath, ["-e", source], { encoding: "utf8", stdio: "pipe", timeout: 60_000 }),
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

it("gives the compiler and the debugger to what uses them, as they are", () => {
  // The value of a variable of its scope is asked of the debugger.
  const script = `
    const serialized = (() => { const captured = "of its scope"; return pulumi.runtime.serializeFunction(() => captured); })();
    serialized.then(({ text }) => {
      const typescript = require("typescript");
      console.log(JSON.stringify({
        isSerialized: text.includes("of its scope"), version: typescript.version,
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

it("starts the program by the options of Pulumi.yaml without what sends traces and without a debugger", () => {
  const project = join(import.meta.dirname, "..", "..");
  const options = /^ +nodeargs: (.*)$/m.exec(readFileSync(join(project, "Pulumi.yaml"), "utf8"))?.[1] ?? "";
  // Nothing answers there: it ends before the program.
  const run = [
    require.resolve("@pulumi/pulumi/cmd/run"),
    "--monitor=127.0.0.1:1",
    "--engine=127.0.0.1:1",
    ".",
  ];
  const look = `process.on("exit", () => console.log(JSON.stringify([
    Object.values(require.cache).filter((each) => each instanceof require("node:module")).map(({ id }) => id),
    require("node:module").getCompileCacheDir() !== undefined])))`;
  const folder = mkdtempSync(join(tmpdir(), "start-"));
  try {
    writeFileSync(join(folder, "look.cjs"), look);
    const { stdout } = spawnSync(
      process.execPath,
      [...options.split(" "), "--require", join(folder, "look.cjs"), ...run],
      {
        ...{ cwd: project, encoding: "utf8", timeout: 60_000 },
        // Without the hook of a test run: where that measures coverage, no compiled code is kept.
        env: { ...process.env, NODE_OPTIONS: "", ROLLOUT_TEST_RUN: "" },
      },
    );
    const [loaded, isCompiledOnce] = JSON.parse(
      stdout.split("\n").findLast((line) => line.startsWith("[")) ?? "[]",
    ) as [readonly string[], boolean];
    expect(loaded).toContainEqual(expect.stringMatching(/@pulumi\/pulumi\/cmd\/run\/run\.js$/));
    const unused = /\/(exporter-zipkin|sdk-trace-base|instrumentation-grpc|v8Hooks\.js|source-map-support)\b/;
    expect(loaded.filter((file) => unused.test(file))).toEqual([]);
    expect(isCompiledOnce).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("sends traces where it is asked to", () => {
  const script = `
    const tracing = require("@pulumi/pulumi/cmd/run/tracing");
    tracing.newSpan("before").end();
    const server = require("node:http").createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk)).on("end", () => {
        response.end();
        console.log(JSON.stringify(JSON.parse(body).map(({ name }) => name)));
        process.exit();
      });
    });
    server.listen(0, "127.0.0.1", () => {
      tracing.start("http://127.0.0.1:" + server.address().port + "/api/v2/spans");
      tracing.newSpan("a step").end();
    });`;
  expect(printed(script)).toEqual(["a step"]);
});
