"use strict";
// Runs a program in place of this process, as far as Node can: same streams, signals passed on, same end.
const { spawn } = require("node:child_process");

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** Ends this process as the program ends. */
function handOver(program, args) {
  const child = spawn(program, args, { stdio: "inherit", shell: process.platform === "win32" });
  for (const signal of forwarded)
    process.on(signal, () => {
      // A terminal sends its interrupts to the program as well; pulumi would take a second one for "at once".
      const isFromTerminal = process.stdin.isTTY && (signal === "SIGINT" || signal === "SIGQUIT");
      if (!isFromTerminal) child.kill(signal);
    });
  child.once("error", (error) => {
    process.stderr.write(`${program} cannot be run: ${error.message}\n`);
    process.exitCode = error.code === "ENOENT" ? 127 : 126;
  });
  child.once("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    for (const each of forwarded) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

module.exports = { handOver };
