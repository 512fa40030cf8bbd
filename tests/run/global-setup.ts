import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestProject, Vitest } from "vitest/node";
import { reportCoverage } from "./covered/report-coverage.ts";
import { installedFolders, originalOf } from "./installed-packages.ts";
import { recordDurations, reportRun } from "./report-run.ts";
import { makeRunFolder, removeKilledRunFolder, removeRunFolder } from "./run-folder.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Of this run: coverage, counts, what was rolled out for several files, and a folder for each file's temporary files. */
    testRunFolder: string;
    /** Set by the configuration whose complete run is measured. */
    measuresCoverage: boolean;
  }
}

const root = join(import.meta.dirname, "..", "..");

/** Makes the folder of a run, and has the hook loaded by each of its processes; reports at the end of the run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { vitest } = project;
  const folder = makeRunFolder();
  project.provide("testRunFolder", folder);

  // The unit tests start no clouds.
  if (project.config.provide.measuresCoverage) {
    await prepareCaches();
    for (const installed of installedFolders) originalOf(installed, folder);
  }

  const hook = `--require=${JSON.stringify(join(import.meta.dirname, "process-hook.cjs"))}`;
  const before = process.env["NODE_OPTIONS"];
  process.env["NODE_OPTIONS"] = before ? `${before} ${hook}` : hook;
  process.env["ROLLOUT_TEST_RUN"] = folder;
  const isMeasured = project.config.provide.measuresCoverage && isAskedForAll(vitest);
  if (isMeasured) process.env["ROLLOUT_TEST_COVERAGE"] = "1";

  // vitest would end at once, and not what its workers have started.
  const interrupt = (signal: NodeJS.Signals): void => {
    removeKilledRunFolder(folder, { withWorkers: true });
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);

  return async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
    if (before === undefined) delete process.env["NODE_OPTIONS"];
    else process.env["NODE_OPTIONS"] = before;
    delete process.env["ROLLOUT_TEST_RUN"];
    delete process.env["ROLLOUT_TEST_COVERAGE"];
    try {
      reportRun(vitest.state.getTestModules(), programStarts(folder));
      if (process.env["RECORD_DURATIONS"] && (await isComplete(vitest)))
        recordDurations(vitest.state.getTestModules());
      if (isMeasured && (await isComplete(vitest)) && !(await reportCoverage(root, join(folder, "coverage"))))
        process.exitCode = 1;
    } finally {
      await removeRunFolder(folder);
    }
  };
}

/**
 * Reads the vendors' documents and digests the application's sources, which takes seconds, into node_modules/.cache, from where
 * each checkout of a test has a copy: the clouds and the first rollout of each would do it else.
 */
async function prepareCaches(): Promise<void> {
  const { contracts } = await import("../../sandbox/contract/index.ts");
  const { sourceDigests } = await import("../../src/build/source-digests.ts");
  await Promise.all(Object.values(contracts).map((contract) => contract.prepare()));
  // Where they cannot be built, the tests of the application report it.
  await sourceDigests(root).catch(() => undefined);
}

/** Whether no path, no name and no shard was asked for. The paths of the command line are no public field of vitest. */
function isAskedForAll(vitest: Vitest): boolean {
  const { testNamePattern, shard, related, changed } = vitest.config;
  const { filenamePattern } = vitest as { readonly filenamePattern?: readonly string[] };
  return !filenamePattern?.length && !testNamePattern && !shard && !related && !changed;
}

/** Whether every test file has run: a part of the tests covers less, and that is no fault. */
async function isComplete(vitest: Vitest): Promise<boolean> {
  return vitest.state.getTestModules().length === (await vitest.globTestSpecifications()).length;
}

/** Which programs the engine has started: `preview` or `update`, one a start. */
function programStarts(folder: string): readonly string[] {
  const file = join(folder, "program-starts");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}
