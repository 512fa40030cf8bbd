import { closeSync, existsSync, openSync, readFileSync, readSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Home } from "../home.ts";
import { UserError } from "../user-error.ts";
import { logsNamed, namedLogs, unknownLogs, type WebNames } from "./log-names.ts";
import type { Sandbox } from "./sandbox.ts";

const pollMilliseconds = 200;
const chunkBytes = 64 * 1024;
const shownBytes = 256 * 1024;

/** Prints what an application printed; with `-f`, goes on until it is interrupted. */
export async function logs({ home }: Sandbox, args: readonly string[]): Promise<number> {
  const follows = args.some((argument) => argument === "-f" || argument === "--follow");
  const [app, ...more] = args.filter((argument) => argument !== "-f" && argument !== "--follow");
  const names = readdirSync(home.logsFolder)
    .filter((file) => file.endsWith(".log"))
    .map((file) => file.slice(0, -".log".length));
  if (more.length > 0 || app?.startsWith("-"))
    throw new UserError(`bin/sandbox logs takes one APP and -f, got ${args.join(" ")}.`, 2);
  const known = namedLogs(names, readWebNames(home));
  if (app === undefined) {
    process.stdout.write(
      known.length > 0 ? known.map(({ name }) => `${name}\n`).join("") : "Nothing has run yet.\n",
    );
    return 0;
  }
  const chosen = logsNamed(app, names, known);
  if (chosen.length === 0) throw new UserError(unknownLogs(app, known), 2);
  let shown = "";
  const tails = chosen.map((name) =>
    openTail(join(home.logsFolder, `${name}.log`), () => {
      if (chosen.length > 1 && shown !== name) process.stdout.write(`==> ${name} <==\n`);
      shown = name;
    }),
  );
  const interrupted = new AbortController();
  if (follows) process.once("SIGINT", () => interrupted.abort());
  const { signal } = interrupted;
  do {
    for (const tail of tails) tail.print();
    if (follows) await delay(pollMilliseconds, undefined, { signal }).catch(() => undefined);
  } while (follows && !signal.aborted);
  return 0;
}

function readWebNames(home: Home): WebNames {
  const file = join(home.cloud("vercel"), "state.json");
  if (!existsSync(file)) return { projects: {}, deployments: {} };
  return JSON.parse(readFileSync(file, "utf8")) as WebNames;
}

interface Tail {
  /** Prints what has come since the last time. */
  print(): void;
}

function openTail(file: string, beforePrinting: () => void): Tail {
  let at = Math.max(0, statSync(file).size - shownBytes);
  return {
    print: () => {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size < at) at = 0;
      if (size === at) return;
      beforePrinting();
      const handle = openSync(file, "r");
      try {
        const chunk = Buffer.alloc(chunkBytes);
        for (let read = readSync(handle, chunk, 0, chunkBytes, at); read > 0;) {
          process.stdout.write(chunk.subarray(0, read).toString());
          at += read;
          read = readSync(handle, chunk, 0, chunkBytes, at);
        }
      } finally {
        closeSync(handle);
      }
    },
  };
}
