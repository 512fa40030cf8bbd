"use strict";
// Makes a fresh clone ready to run: the Node version and the packages. Costs a few milliseconds when nothing is to do.
// Plain CommonJS without a dependency, which an old Node can read, too. docs/decisions/node-versions.md
const { chooseNode, mark } = require("./choose-node.cjs");
const { handOver } = require("./hand-over.cjs");
const { installPackages } = require("./install-packages.cjs");

/** Calls `main` once this process is ready for it, or runs the same command with a Node that is new enough. */
async function whenReady(main) {
  const node = await chooseNode();
  if (node !== process.execPath) {
    process.env[mark] = node;
    handOver(node, process.argv.slice(1));
    return;
  }
  installPackages();
  require("./compile-cache.cjs");
  main();
}

module.exports = { whenReady };

if (require.main === module) whenReady(() => undefined);
