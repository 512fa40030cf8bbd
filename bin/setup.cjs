"use strict";
// Makes a fresh clone ready to run: the Node version and the packages. Costs a few milliseconds when nothing is to do.
// Plain CommonJS without a dependency, because it runs before there are any.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const { tmpdir } = require("node:os");
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
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, "utf8") === lock;
  if (isInstalled()) return;
  // Two first commands at once would install over each other.
  const release = takeTurn();
  try {
    if (!isInstalled()) runNpm();
    mkdirSync(join(root, "node_modules"), { recursive: true });
    writeFileSync(stamp, lock);
  } finally {
    release();
  }
}

function runNpm() {
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
    releaseTurn();
    process.exit(1);
  }
  process.stderr.write(`Packages are installed (${((Date.now() - started) / 1000).toFixed(0)} s).\n`);
}

// Outside of the checkout, where npm ci deletes nothing.
const turn = join(tmpdir(), `atlaris-setup-${createHash("sha256").update(root).digest("hex").slice(0, 16)}`);

/** Waits while another command of this checkout installs; gives what lets the next one in. */
function takeTurn() {
  for (let told = false; ;) {
    try {
      writeFileSync(turn, String(process.pid), { flag: "wx" });
      return releaseTurn;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!isAlive(Number(readOptional(turn)))) {
      releaseTurn();
      continue;
    }
    if (!told) process.stderr.write("Another command is installing the packages; waiting for it …\n");
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function releaseTurn() {
  rmSync(turn, { force: true });
}

function readOptional(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Whether the holder of the turn still lives. One that has not written its number yet gets a moment for that. */
function isAlive(pid) {
  if (!(pid > 0)) {
    const since = statSync(turn, { throwIfNoEntry: false });
    return since !== undefined && Date.now() - since.mtimeMs < 5000;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

requireNode();
installPackages();
