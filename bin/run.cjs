"use strict";
// node bin/run.cjs [--installed] PROGRAM …: runs a program of the packages, or of the PATH, with the project's Node and
// packages. With --installed the packages are taken as they are: for what a rollout runs, also of an earlier release.
const { existsSync, realpathSync } = require("node:fs");
const { join } = require("node:path");
const { chooseNode } = require("./choose-node.cjs");
const { handOver } = require("./hand-over.cjs");
const { installPackages } = require("./install-packages.cjs");

async function main(words) {
  const takesInstalled = words[0] === "--installed";
  const [program, ...args] = takesInstalled ? words.slice(1) : words;
  if (program === undefined) {
    process.stderr.write("usage: node bin/run.cjs [--installed] PROGRAM [ARGUMENT …]\n");
    process.exit(2);
  }
  const node = await chooseNode();
  if (!takesInstalled) installPackages();
  const file = join(__dirname, "..", "node_modules", ".bin", program);
  if (existsSync(file) && process.platform !== "win32") runPackage(node, realpathSync(file), args);
  else handOver(program, args);
}

/** In this process where it is one of the right Node: a process less to start. */
function runPackage(node, file, args) {
  if (node !== process.execPath) {
    handOver(node, [file, ...args]);
    return;
  }
  process.argv = [node, file, ...args];
  require("node:module").runMain(file);
}

main(process.argv.slice(2));
