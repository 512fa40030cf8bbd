const linesEverySeconds = 5;

/** Prints on stderr what a first-time set-up does and how far it is. Silent as long as nothing is begun. */
export interface Progress {
  /** One line that stays. */
  say(line: string): void;
  /** Shows `describe()` with the time since the start, until `work` has ended. */
  during<Result>(describe: () => string, work: () => Promise<Result>): Promise<Result>;
}

/** On a terminal the running line is rewritten; elsewhere, one is written every few seconds. */
export function openProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const rewrites = stream.isTTY;
  return {
    say: (line) => void stream.write(`${line}\n`),
    during: async (describe, work) => {
      const started = Date.now();
      const show = (): void => {
        const line = `  ${describe()} · ${elapsed(Date.now() - started)}`;
        stream.write(rewrites ? `\r\u001B[K${line.slice(0, stream.columns - 1)}` : `${line}\n`);
      };
      show();
      const timer = setInterval(show, rewrites ? 500 : linesEverySeconds * 1000);
      try {
        return await work();
      } finally {
        clearInterval(timer);
        if (rewrites) stream.write("\r\u001B[K");
      }
    },
  };
}

/** `47 s`, `3 min 05 s`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60).padStart(2, "0")} s`;
}
