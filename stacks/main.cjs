"use strict";
// Pulumi takes the first `node` on the PATH, whichever it is.
require("../bin/node-version.cjs").requireNode();
// Loads the program by tsx, which does no type check at every start (npm run check does that). Here and not by `nodeargs`
// of Pulumi.yaml, and after the packages with the most files, which tsx would look through one by one.
require("../infra/dynamic/lazy-packages.cjs");
require("@pulumi/pulumi");
require("zod");
require("tsx/cjs");

// Of each promise Pulumi keeps the place where it was made, for a search that PULUMI_DEBUG_PROMISE_LEAKS turns on. To find
// these places in the sources, unasked, took a fifth of the program's time.
const mapped = Error.prepareStackTrace;
if (mapped && !process.env.PULUMI_DEBUG_PROMISE_LEAKS)
  Error.prepareStackTrace = (error, frames) =>
    frames[0]?.getFunctionName() === "debuggablePromise" ? "" : mapped(error, frames);

module.exports = require("./index.ts");
