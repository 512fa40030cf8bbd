import { engineOf } from "../dynamic/engine-process.ts";

const lookMilliseconds = 1000;

let isGuarded = false;

/**
 * Ends the provider's process when its engine was killed: at once when its output is not read any more, and by a
 * look at its parent when it prints nothing. Without the first the SDK's handler for uncaught errors writes to the closed
 * pipe, whose error is uncaught, and so on for ever: a process that takes a processor and memory without bound
 * until it is killed. Without the second one with nothing to do would wait for ever.
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
