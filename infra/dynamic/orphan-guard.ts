import { readFileSync } from "node:fs";

const lookMilliseconds = 1000;

/** The shell script of Pulumi that starts a provider, and waits for it however the engine ended. */
const launcher = "pulumi-resource-pulumi-nodejs";

let isGuarded = false;

/**
 * Ends the provider's process when its engine was killed: at once when nobody reads what it says any more, and by a
 * look at its parent when it says nothing. Without the first the SDK's handler for uncaught errors writes to the closed
 * pipe, whose error is uncaught, and so on for ever: a process that takes a whole processor and memory without bound
 * until somebody finds it. Without the second one with nothing to do would wait for ever.
 *
 * @returns whether this call began it.
 */
export function endWithTheEngine(
  streams: readonly NodeJS.EventEmitter[] = [process.stdout, process.stderr],
  end: () => void = () => process.exit(1),
): boolean {
  if (isGuarded) return false;
  isGuarded = true;
  for (const stream of streams)
    stream.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED") end();
    });
  // An orphan is given to another parent.
  const engine = engineOf();
  setInterval(() => {
    if (engineOf() !== engine) end();
  }, lookMilliseconds).unref();
  return true;
}

/** The process that started this one, past the launcher where the system tells what that is. */
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
