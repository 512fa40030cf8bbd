"use strict";
// Makes a fresh clone ready to run: the Node version and the packages. Costs a few milliseconds when nothing is to do.
// Plain CommonJS without a dependency, because it runs before there are any.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const { join } = require("node:path");

const root = join(__dirname, "..");
const oldest = [20, 19];

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  process.stderr.write(
    `Node ${process.versions.node} is too old: ${oldest.join(".")} or newer is needed.\n` +
      "Install the current LTS release from your package manager or https://nodejs.org, then run the command again.\n",
  );
  process.exit(2);
}

/** Installs what the lock file names, unless exactly that is installed already. */
function installPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".atlaris-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  process.stderr.write("Installing packages (once a checkout; about half a minute) …\n");
  const started = Date.now();
  const npm = spawnSync(
    "npm",
    ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--no-update-notifier"],
    {
      cwd: root,
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
    },
  );
  if (npm.status !== 0) {
    process.stderr.write(
      "npm ci failed; its message is above. Is the package registry reachable? Try: npm ci\n",
    );
    process.exit(1);
  }
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stamp, lock);
  process.stderr.write(`Packages are installed (${((Date.now() - started) / 1000).toFixed(0)} s).\n`);
}

requireNode();
installPackages();
