"use strict";
// Places in TypeScript for the lines of a stack trace, found when a trace is read. Node would parse a source map for each module
// that is loaded, which is a fifth of a command's start, and most runs print no trace. docs/decisions/start-up.md
const { readFileSync } = require("node:fs");
const { SourceMap, _extensions: extensions } = require("node:module");
const { dirname, join, sep } = require("node:path");
const { inspect } = require("node:util");

/** Where bin/bundles.cjs makes them. */
const bundles = join(__dirname, "..", "node_modules", ".cache", "bundles", sep);

/** Replaces Node's own mapping. To be called after tsx is registered, which turns that on. */
function mapTracesWhenRead() {
  process.setSourceMapsEnabled(false);
  // A process whose coverage is measured keeps the maps in its code.
  if (process.sourceMapsEnabled) return;
  // Pulumi's SDK has one, for the maps of packages.
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (error, frames) => {
    const text = before ? before(error, frames) : [String(error), ...frames].join("\n    at ");
    try {
      return frames.reduce(mapFrame, text);
    } catch {
      // A trace without the lines is better than another error in its place.
      return text;
    }
  };
  // Node would print the compiled line above the trace, and that is all of a module.
  process.on("uncaughtException", (error) => {
    if (process.listenerCount("uncaughtException") > 1) return;
    process.stderr.write(`${inspect(error)}\n`);
    process.exit(1);
  });
}

function mapFrame(text, frame) {
  const file = frame.getFileName();
  const isBundle = file?.startsWith(bundles) && file.endsWith(".cjs");
  if (!isBundle && !file?.endsWith(".ts")) return text;
  const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
  const found = mapOf(file)?.findEntry(line - 1, column - 1);
  if (found?.originalLine === undefined) return text;
  // A bundle is of many sources.
  const source = isBundle ? join(dirname(file), found.originalSource) : file;
  return text.replace(
    `${file}:${line}:${column}`,
    `${source}:${found.originalLine + 1}:${found.originalColumn + 1}`,
  );
}

const maps = new Map();

function mapOf(file) {
  if (!maps.has(file)) maps.set(file, file.startsWith(bundles) ? mapOfBundle(file) : readMap(file));
  return maps.get(file);
}

function mapOfBundle(file) {
  return new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
}

/** Has tsx compile the file again, mostly out of its cache: with source maps on, the map is at the end of the code. */
function readMap(file) {
  let code = "";
  process.setSourceMapsEnabled(true);
  try {
    extensions[".ts"]({ exports: {}, _compile: (text) => (code = text) }, file);
  } finally {
    process.setSourceMapsEnabled(false);
  }
  const [, base64] = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(code) ?? [];
  return base64 && new SourceMap(JSON.parse(Buffer.from(base64, "base64").toString("utf8")));
}

module.exports = { mapTracesWhenRead };
