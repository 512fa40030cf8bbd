"use strict";
// Loaded first by every Node process of a test run (`--require` in NODE_OPTIONS; global-setup.ts). It notes which program
// the process runs, and in a run that measures coverage writes which code of ours ran, when the process ends. The program
// itself sees nothing of it: both variables are removed here and given to each child, also where a program passes an
// environment of its own. docs/decisions/coverage.md
const folder = process.env.ROLLOUT_TEST_RUN;
if (folder) {
  const options = process.env.NODE_OPTIONS ?? "";
  const hook = `--require=${JSON.stringify(__filename)}`;
  delete process.env.ROLLOUT_TEST_RUN;
  const rest = options.replace(hook, "").trim();
  if (rest === "") delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = rest;
  passOn(folder, hook);
  const program = process.argv[1] ?? "";
  noteProgram(folder, program);
  const isMeasured = process.env.ROLLOUT_TEST_COVERAGE !== undefined && measure(folder, program);
  keepCompiledCode(folder, isMeasured);
}

/**
 * The code that Node compiled is kept for the processes of all runs, since checkouts come and go; not in the run's folder, into
 * which one that ends would write while it is removed, and not in memory, where it would stay. V8 counts in such code only complete functions, so none is used
 * where it is measured.
 */
function keepCompiledCode(runFolder, isMeasured) {
  const module = require("node:module");
  const { dirname, join } = require("node:path");
  const shared = dirname(runFolder);
  if (isMeasured) module.enableCompileCache = () => undefined;
  // An old Node, which sets a newer one up, has none.
  else module.enableCompileCache?.(join(shared === "/dev/shm" ? "/tmp" : shared, "node-compile-cache"));
}

/** Gives the hook to each child process, whichever environment it is started with. */
function passOn(runFolder, hook) {
  const { ChildProcess } = require("node:child_process");
  // The only place that synchronous starts pass as well; asking for it prints no warning.
  const synchronous = process.binding("spawn_sync");
  const measured = process.env.ROLLOUT_TEST_COVERAGE;
  for (const owner of [ChildProcess.prototype, synchronous]) {
    const { spawn } = owner;
    owner.spawn = function (options) {
      const pairs = options.envPairs;
      if (pairs && !pairs.some((pair) => pair.startsWith("ROLLOUT_TEST_RUN="))) {
        const at = pairs.findIndex((pair) => pair.startsWith("NODE_OPTIONS="));
        if (at === -1) pairs.push(`NODE_OPTIONS=${hook}`);
        else pairs[at] = `${pairs[at]} ${hook}`;
        pairs.push(`ROLLOUT_TEST_RUN=${runFolder}`);
        if (measured && !pairs.some((pair) => pair.startsWith("ROLLOUT_TEST_COVERAGE=")))
          pairs.push(`ROLLOUT_TEST_COVERAGE=${measured}`);
      }
      return spawn.call(this, options);
    };
  }
}

/** A line for each program that the engine starts; the report counts them. */
function noteProgram(runFolder, program) {
  if (!/@pulumi[\\/]pulumi[\\/]cmd[\\/]run\b/.test(program)) return;
  const { appendFileSync } = require("node:fs");
  appendFileSync(
    `${runFolder}/program-starts`,
    process.argv.includes("--dry-run") ? "preview\n" : "update\n",
  );
}

/**
 * The first three of a program and its command, then one of four: V8 runs code an eighth slower where it measures it, and
 * most of these do the same. Each test worker, which runs many files.
 */
function isDue(runFolder, program) {
  if (/[\\/]vitest[\\/]/.test(program)) return true;
  const { appendFileSync, statSync } = require("node:fs");
  const command = /^[a-z-]+$/.test(process.argv[2] ?? "") ? `-${process.argv[2]}` : "";
  const file = `${runFolder}/starts-${program.replace(/.*[\\/]/, "").replace(/[^\w.-]/g, "_")}${command}`;
  appendFileSync(file, ".");
  const { size } = statSync(file);
  return size <= 3 || size % 4 === 3;
}

/** Starts V8's block coverage, and writes at the process's end what ran of files outside of `node_modules`. Gives whether it did. */
function measure(runFolder, program) {
  delete process.env.ROLLOUT_TEST_COVERAGE;
  // Programs that run no code of infra, stacks, cli or src.
  if (/[\\/](sandbox|npm|tsx|esbuild|typescript|neonctl)[\\/]|[\\/]bin[\\/](sandbox|npm|npx)$/.test(program))
    return false;
  if (!isDue(runFolder, program)) return false;
  const { Session } = require("node:inspector");
  const session = new Session();
  try {
    session.connect();
  } catch {
    // `node --test` has no inspector while it loads this.
    return false;
  }
  // bin/source-maps.cjs turns them off: the lines that ran are found by the maps in the code.
  const { setSourceMapsEnabled } = process;
  process.setSourceMapsEnabled = (isOn) => setSourceMapsEnabled(isOn || process.sourceMapsEnabled);
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: false, detailed: true });

  let isWritten = false;
  // V8 gives what ran since it was last asked.
  const write = () => {
    isWritten = true;
    require("./covered/write-coverage.cjs").writeCoverage(session, `${runFolder}/coverage`);
  };
  process.on("exit", () => {
    if (!isWritten) write();
  });
  // vitest ends its workers when the report is under way already: each-file.ts writes after each file.
  globalThis[Symbol.for("rollout.writeCoverage")] = write;
  // A signal that the program does not handle ends it without an "exit".
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, function handle() {
      if (process.listenerCount(signal) > 1) return;
      write();
      process.removeListener(signal, handle);
      process.kill(process.pid, signal);
    });
  return true;
}
