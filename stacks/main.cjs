"use strict";
// Already loaded, by `nodeargs` of Pulumi.yaml, unless something else than Pulumi loads the program.
require("../infra/engine/before-sdk.cjs");
const { Resource, runtime } = require("@pulumi/pulumi");
const { loadProgram } = require("../bin/bundles.cjs");

/**
 * Has the engine start its provider of dynamic resources, which it would do at the first of them: both processes load what they need
 * at the same time. It asks for a function that the provider does not have, so the refusal is what is expected.
 * docs/decisions/start-up.md
 */
async function startProvider() {
  runtime.invoke("pulumi-nodejs:rollout:start", {}, { async: true }).catch(() => undefined);
  // What is loaded below holds this process up: the request leaves before.
  for (let turn = 0; turn < turnsOfRequest; turn += 1) await new Promise(setImmediate);
}

const turnsOfRequest = 20;

/** After the packages with the most files, which tsx would look through one by one where it is needed. */
async function loadQuickly() {
  require("zod");
  const program = await loadProgram();
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
  return program;
}

// Pulumi calls the entry module when that is a function: the way in which a CommonJS program may be asynchronous.
module.exports = async () => {
  await startProvider();
  const program = await loadQuickly();
  return program();
};
