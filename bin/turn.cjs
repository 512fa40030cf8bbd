"use strict";
// One command at a time: a lock file with the number of the process that holds it.
const { readFileSync, rmSync, statSync, writeFileSync } = require("node:fs");

/** How long a holder may take to write its number into the file. */
const numberLimitMilliseconds = 5000;
const pollMilliseconds = 200;

/**
 * Waits while another process holds `file`, and holds it then. A holder that was killed is noticed.
 *
 * @param waiting printed once, when there is something to wait for.
 * @returns what releases it.
 */
function takeTurn(file, waiting) {
  const release = () => rmSync(file, { force: true });
  for (let isReported = false; ;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return release;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!isHeld(file)) {
      release();
      continue;
    }
    if (!isReported) process.stderr.write(`${waiting}\n`);
    isReported = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMilliseconds);
  }
}

/** Whether the holder is alive. One that has not written its number yet gets a moment for that. */
function isHeld(file) {
  const holder = Number(readOptional(file));
  if (!(holder > 0)) {
    const found = statSync(file, { throwIfNoEntry: false });
    return found !== undefined && Date.now() - found.mtimeMs < numberLimitMilliseconds;
  }
  try {
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function readOptional(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

module.exports = { takeTurn };
