import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** What a test imports, directly or not, when it starts a sandbox, an emulator of a cloud, PostgreSQL, or Prometheus. */
const starters = [
  "tests/sandbox/sandbox.ts",
  "tests/app/postgres.ts",
  "sandbox/cli/test-sandbox.ts",
  "sandbox/cloud/test-context.ts",
  "sandbox/cloud/postgres/cluster.ts",
  "sandbox/monitoring/start.ts",
];

/** Files that start such a thing by other means, or take long because they start test runs and programs of their own. */
const others = [
  "bench/sandbox.test.ts",
  "tests/chaos/chaos.test.ts",
  "tests/mistakes/machine.test.ts",
  "tests/run/leaks.test.ts",
  "tests/run/covered/measure-coverage.test.ts",
];

/** The test files that start no server of a sandbox, found by their imports, so that no list has to be kept. */
export async function unitFiles(root: string): Promise<readonly string[]> {
  // A starter that was moved would turn the tests that use it into unit tests.
  const missing = [...starters, ...others].filter((file) => !existsSync(join(root, file)));
  if (missing.length > 0)
    throw new Error(`tests/run/unit-files.mts names files that do not exist: ${missing.join(", ")}`);

  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.test.ts"],
    { cwd: root, encoding: "utf8" },
  );
  const files = listed.split("\0").filter((file) => file && existsSync(join(root, file)));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files,
    outdir: "unused",
    write: false,
    bundle: true,
    metafile: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  return Object.values(metafile.outputs).flatMap(({ entryPoint, inputs }) =>
    entryPoint === undefined || others.includes(entryPoint) || starters.some((file) => file in inputs)
      ? []
      : [entryPoint],
  );
}
