"use strict";
// Already loaded, by `nodeargs` of Pulumi.yaml, unless something else than Pulumi loads the program.
require("../infra/engine/before-sdk.cjs");
// Loads the program by tsx, which does no type check at every start (npm run check does that). Here and not by `nodeargs`,
// and after the packages with the most files, which tsx would look through one by one.
const { Resource } = require("@pulumi/pulumi");
require("zod");
require("tsx/cjs");
require("../bin/source-maps.cjs").mapTracesWhenRead();

// Of each promise Pulumi keeps the place where it was made, for a search that PULUMI_DEBUG_PROMISE_LEAKS turns on, and of
// each resource all places that led to it, for tools that are not used here. To find these in the sources took a quarter of
// the program's time. docs/decisions/start-up.md
if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  const mapped = Error.prepareStackTrace;
  if (mapped)
    Error.prepareStackTrace = (error, frames) =>
      frames[0]?.getFunctionName() === "debuggablePromise" ? "" : mapped(error, frames);
  Resource.stackTrace = () => [];
}

module.exports = require("./index.ts");
