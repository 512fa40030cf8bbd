"use strict";
// Writes the coverage of one process: its ranges, and each executed source once in a run. Plain CommonJS, as it runs
// within programs that have no loader of TypeScript.
const { createHash } = require("node:crypto");
const { existsSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { fileURLToPath } = require("node:url");

exports.writeCoverage = (session, folder) => {
  let covered = [];
  session.post("Profiler.takePreciseCoverage", (_error, answer) => (covered = answer?.result ?? []));
  const ours = covered.filter(({ url }) => isOurs(url));
  if (ours.length === 0) return;

  // Asked only now: a debugger that is there from the start would slow the program down.
  const hashes = new Map();
  session.on("Debugger.scriptParsed", ({ params }) => hashes.set(params.scriptId, params.hash));
  session.post("Debugger.enable");
  const lines = [];
  for (const { scriptId, url, functions } of ours) {
    const hash = hashes.get(scriptId);
    if (hash === undefined) continue;
    if (!existsSync(`${folder}/sources/${hash}`))
      session.post("Debugger.getScriptSource", { scriptId }, (_error, answer) => {
        if (answer)
          write(
            `${folder}/sources/${hash}`,
            JSON.stringify({ url, file: digestOf(url), code: answer.scriptSource }),
          );
      });
    const ranges = functions.flatMap((each) => each.ranges);
    const flat = ranges.flatMap(({ startOffset, endOffset, count }) => [startOffset, endOffset, count]);
    lines.push(JSON.stringify([hash, url, ...flat]));
  }
  // Many processes of a run do exactly the same: one file of that is enough.
  const text = `${lines.sort().join("\n")}\n`;
  write(`${folder}/processes/${createHash("sha1").update(text).digest("hex")}`, text);
};

function isOurs(url) {
  const isFile = url.startsWith("file:") || url.startsWith("/");
  return isFile && !/\/node_modules\/|\/tests\/run\/|\.test\.ts$/.test(url);
}

/** Tells a file that a test has changed in its checkout from the one of the project. */
function digestOf(url) {
  try {
    const text = readFileSync(url.startsWith("file:") ? fileURLToPath(url) : url);
    return createHash("sha256").update(text).digest("hex");
  } catch {
    return undefined;
  }
}

function write(file, text) {
  if (existsSync(file)) return;
  // Complete or not there, also when the process is killed.
  const next = `${file}.${process.pid}`;
  try {
    writeFileSync(next, text);
    renameSync(next, file);
  } catch (error) {
    // A process that outlives its run has nobody to write for.
    if (error.code !== "ENOENT") throw error;
  }
}
