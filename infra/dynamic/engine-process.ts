import { readFileSync } from "node:fs";

/** The shell script of Pulumi that starts a provider, and waits for it however the engine ended. */
const launcher = "pulumi-resource-pulumi-nodejs";

/** The process that started this one, past the launcher where the system shows what that is. */
export function engineOf(): number {
  const parent = process.ppid;
  try {
    if (!readFileSync(`/proc/${String(parent)}/cmdline`, "utf8").includes(launcher)) return parent;
    const stat = readFileSync(`/proc/${String(parent)}/stat`, "utf8");
    // Behind the name, which may hold anything, stand the state and the parent.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return parent;
  }
}
