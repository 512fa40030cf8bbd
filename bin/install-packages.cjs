"use strict";
// Installs what the lock file names. Costs a few milliseconds when exactly that is installed.
const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const root = join(__dirname, "..");

function installPackages() {
  const lock = digest(readFileSync(join(root, "package-lock.json")));
  const stamp = join(root, "node_modules", ".atlaris-lock");
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, "utf8") === lock;
  if (isInstalled()) return;
  const { takeTurn } = require("./turn.cjs");
  // Outside of the checkout, where npm ci deletes nothing. Two first commands at once would install over each other.
  const turn = join(tmpdir(), `atlaris-setup-${digest(root).slice(0, 16)}`);
  const release = takeTurn(turn, "Another command is installing the packages; waiting for it …");
  process.once("exit", release);
  if (!isInstalled()) runNpm();
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stamp, lock);
  release();
  process.removeListener("exit", release);
}

function runNpm() {
  process.stderr.write("Installing packages (once a checkout; about half a minute) …\n");
  const started = Date.now();
  const words = ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--no-update-notifier"];
  const npm = spawnSync("npm", words, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) {
    process.stderr.write(
      "npm ci failed; its message is above. Is the package registry reachable? Try: npm ci\n",
    );
    process.exit(1);
  }
  process.stderr.write(`Packages are installed (${((Date.now() - started) / 1000).toFixed(0)} s).\n`);
}

function digest(content) {
  return createHash("sha256").update(content).digest("hex");
}

module.exports = { installPackages };
