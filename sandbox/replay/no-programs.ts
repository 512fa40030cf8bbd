import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Exit, KeptProcess, ProcessKeeper, ProcessOptions } from "../cloud/process-keeper.ts";

/** Stands where programs would run, and decides how each ends. */
export interface NoPrograms extends ProcessKeeper {
  /** Programs whose name begins so end at once, as they did in the recording; others answer every request with 200. */
  failing(name: string): void;
  /** Whether those of no known name fail. */
  failByDefault(fails: boolean): void;
  close(): void;
}

/**
 * Runs nothing: what a recording names as a command is anybody's text. A program is a listener in this process, at the port that
 * the program would have.
 */
export function openNoPrograms(logsFolder: string): NoPrograms {
  const servers = new Set<Server>();
  const failing: string[] = [];
  let failsByDefault = false;
  let pid = noProcess;

  const start = (options: ProcessOptions): KeptProcess => {
    pid += 1;
    if (failsByDefault || failing.some((name) => options.name.startsWith(name))) return ended;
    const server = createServer((_request, response) => void response.end("{}"));
    servers.add(server);
    let end: (exit: Exit) => void = () => undefined;
    const exited = new Promise<Exit>((resolve) => (end = resolve));
    const stop = async (signal: NodeJS.Signals): Promise<Exit> => {
      servers.delete(server);
      server.close();
      server.closeAllConnections();
      end({ code: null, signal });
      return exited;
    };
    server.once("error", () => void stop("SIGKILL"));
    server.listen(Number(options.env["PORT"] ?? 0), "127.0.0.1", () => {
      const file = options.args.find((argument) => argument.endsWith(".port"));
      // Where a function of Vercel reports its port.
      if (file !== undefined) writeFileSync(file, String((server.address() as AddressInfo).port));
    });
    return { pid, exited, stop: (signal) => stop(signal) };
  };

  return {
    start,
    logFile: (name) => join(logsFolder, `${name}.log`),
    failing: (name) => void failing.push(name),
    failByDefault: (fails) => (failsByDefault = fails),
    close: () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      servers.clear();
    },
  };
}

/** Above every process id of Linux and macOS: a signal to it reaches no process. */
const noProcess = 2 ** 30;

const failure: Exit = { code: 1, signal: null };
const ended: KeptProcess = {
  pid: noProcess,
  exited: Promise.resolve(failure),
  stop: () => Promise.resolve(failure),
};
