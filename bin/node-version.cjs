"use strict";
// Which Node this project runs on. Plain CommonJS that an old Node can read, too: it runs before the version is known.
const { engines } = require("../package.json");

/** The oldest one, for example "22.12": what `engines` in package.json names. */
const oldest = engines.node.replace(">=", "");

/** The release that is installed where the machine's own Node is too old: of the line with long-term support. */
const pinned = "24.21.0";

/** Whether the project runs on this version of Node. */
function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldest.split(".").map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** Ends a program that another one has started with too old a Node, before anything that this Node cannot run. */
function requireNode() {
  const version = process.versions.node;
  if (isNewEnough(version)) return;
  process.stderr.write(
    `Node ${version} at ${process.execPath} is too old: ${oldest} or newer is required, and Pulumi runs the program with the first \`node\` on the PATH.\n` +
      "Install the current LTS release from your package manager or https://nodejs.org, or run the command with one that is installed automatically:\n" +
      "  node bin/run.cjs pulumi up\n",
  );
  process.exit(1);
}

module.exports = { oldest, pinned, isNewEnough, requireNode };
