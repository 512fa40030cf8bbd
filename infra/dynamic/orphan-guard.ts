let isGuarded = false;

/**
 * Ends the provider's process when nobody reads what it says any more, that is when the engine was killed. Without it
 * the SDK's handler for uncaught errors writes to the closed pipe, whose error is uncaught, and so on for ever: a
 * process that takes a whole processor and memory without bound until somebody finds it.
 */
export function endWithTheEngine(
  streams: readonly NodeJS.EventEmitter[] = [process.stdout, process.stderr],
  end: () => void = () => process.exit(1),
): void {
  if (isGuarded) return;
  isGuarded = true;
  for (const stream of streams)
    stream.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED") end();
    });
}
