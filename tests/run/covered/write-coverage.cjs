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

  const lines = [];
  const unknown = new Map();
  for (const { scriptId, url, functions } of ours) {
    const file = digestOf(url);
    if (file === undefined) continue;
    const flat = functions.flatMap(({ ranges }) =>
      ranges.flatMap(({ startOffset, endOffset, count }) => [startOffset, endOffset, count]),
    );
    // The same file compiled to the same length is the same code, in whichever checkout; another compiler's is longer.
    const key = createHash("sha1").update(`${file} ${flat[1]}`).digest("hex");
    if (!existsSync(`${folder}/sources/${key}`)) unknown.set(scriptId, { key, url, file });
    lines.push(JSON.stringify([key, ...flat]));
  }
  if (unknown.size > 0) keepSources(session, unknown, `${folder}/sources`);
  // Many processes of a run do exactly the same: one file of that is enough.
  const text = `${lines.sort().join("\n")}\n`;
  write(`${folder}/processes/${createHash("sha1").update(text).digest("hex")}`, text);
};

/** Asks the debugger, which takes 0.1 s to list the scripts: only for code that no process of the run has kept yet. */
function keepSources(session, unknown, folder) {
  session.post("Debugger.enable");
  for (const [scriptId, { key, url, file }] of unknown)
    session.post("Debugger.getScriptSource", { scriptId }, (_error, answer) => {
      if (answer) write(`${folder}/${key}`, JSON.stringify({ url, file, code: answer.scriptSource }));
    });
}

function isOurs(url) {
  const isFile = url.startsWith("file:") || url.startsWith("/");
  return isFile && !/\/node_modules\/|\/tests\/run\/|\.test\.ts$/.test(url);
}

/** Distinguishes a file that a test has changed in its checkout from the one of the project. */
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
    // A process that outlives its run has nothing to write for.
    if (error.code !== "ENOENT") throw error;
  }
}
