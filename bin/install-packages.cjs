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
  const stamp = join(root, "node_modules", ".rollout-lock");
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, "utf8") === lock;
  if (isInstalled()) return;
  const { takeTurn } = require("./turn.cjs");
  // Outside of the checkout, where npm ci deletes nothing. Two first commands at once would install over each other.
  const turn = join(tmpdir(), `rollout-setup-${digest(root).slice(0, 16)}`);
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
  // A package's install script would run with all that the job or the user has; npm before 12 takes `allowScripts` as advice.
  npm(
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    "Is the package registry reachable? Try: npm ci",
  );
  const needed = packagesWithScripts();
  if (needed.length > 0)
    npm(["rebuild", "--ignore-scripts=false", ...needed], `Try: npm rebuild ${needed.join(" ")}`);
  process.stderr.write(`Packages are installed (${((Date.now() - started) / 1000).toFixed(0)} s).\n`);
}

/** Those that are installed of the packages whose install scripts are needed: package.json lists them, with the reasons. */
function packagesWithScripts() {
  const { allowScripts = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.entries(allowScripts)
    .filter(([name, isAllowed]) => isAllowed && existsSync(join(root, "node_modules", name)))
    .map(([name]) => name);
}

function npm(words, advice) {
  const { status } = spawnSync("npm", [...words, "--loglevel=error", "--no-update-notifier"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  process.stderr.write(`npm ${words[0]} failed; its message is above. ${advice}\n`);
  process.exit(1);
}

function digest(content) {
  return createHash("sha256").update(content).digest("hex");
}

module.exports = { installPackages };
