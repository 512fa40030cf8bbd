import type { Session } from "../command.ts";

/** From this on in milliseconds a user would wonder what is going on. */
const firstNote = 2_000;

/** Which checks are still waited for. */
export interface Waiting {
  done(name: string): void;
  close(): void;
}

/** Reports after two seconds, and every five after that, what is still being looked at; on the standard error. */
export function showWaiting({ err }: Session, names: readonly string[]): Waiting {
  const open = new Set(names);
  const note = (): void => void err.write(`looking at: ${[...open].join(", ")}\n`);
  let again: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    note();
    again = setInterval(note, 5_000);
  }, firstNote);
  return {
    done: (name) => void open.delete(name),
    close: () => {
      clearTimeout(first);
      clearInterval(again);
    },
  };
}
