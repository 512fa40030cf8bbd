"use strict";
// The Node on which a command of this project runs, with everything that it starts.
const { existsSync, realpathSync } = require("node:fs");
const { delimiter, dirname, join, resolve } = require("node:path");
const { isNewEnough, oldest, pinned } = require("./node-version.cjs");

/** Names the Node that the same command is handed over to; deleted by it, so that nothing below sees it. */
const mark = "ROLLOUT_NODE";

/** The own Node where it is new enough, else the pinned one; puts it first on the PATH. */
async function chooseNode() {
  const version = process.versions.node;
  const handedOverTo = process.env[mark];
  delete process.env[mark];
  if (isNewEnough(version)) {
    if (!isFirstOnPath(process.execPath)) putFirstOnPath(process.execPath);
    return process.execPath;
  }
  const { cacheFolder, fail, pinnedNode } = require("./install-node.cjs");
  const node = await pinnedNode();
  // It would start itself without an end.
  if (handedOverTo === node) fail(`${node} is not Node ${pinned}: delete it and run the command again.`);
  process.stderr.write(
    `Node ${version} is too old (${oldest} or newer is required); using Node ${pinned} from ${cacheFolder()}.\n`,
  );
  putFirstOnPath(node);
  keepGlobalSettingsOfNpm();
  return node;
}

/** What is started by name (npm, npx, Pulumi's language host) takes the first `node` there. */
function isFirstOnPath(node) {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const first = (process.env.PATH || "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
  return first !== undefined && realpathSync(first) === realpathSync(node);
}

function putFirstOnPath(node) {
  process.env.PATH = [dirname(node), process.env.PATH].filter(Boolean).join(delimiter);
}

/** npm looks for its global settings, such as a network's certificates, next to the Node that runs it. */
function keepGlobalSettingsOfNpm() {
  const file = resolve(dirname(process.execPath), "..", "etc", "npmrc");
  if (process.env.npm_config_globalconfig === undefined && existsSync(file))
    process.env.npm_config_globalconfig = file;
}

module.exports = { chooseNode, mark };
