import { open, readFile, rm, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { KeptProcess, ProcessKeeper } from "../process-keeper.ts";

/** Time that a handler has to load, in milliseconds. */
const startLimit = 20_000;
/** Time that requests in flight have once a function is stopped, in milliseconds. */
const stopLimit = 5_000;
/** Time that the end of a process may take to be noticed once its connections are gone, in milliseconds. */
const endLimit = 1_000;
const shortestBackoff = 100;
const longestBackoff = 5_000;

export interface FunctionOptions {
  /** Names its log. */
  readonly name: string;
  /** The host script, absolute. */
  readonly host: string;
  /** The function's own folder; it is where the process works. */
  readonly folder: string;
  /** Absolute. */
  readonly handler: string;
  /** Whether the handler takes a Request and gives a Response. */
  readonly isWeb: boolean;
  readonly env: Readonly<Record<string, string>>;
  /** Where the process reports its port. */
  readonly portFile: string;
}

export class FunctionStartError extends Error {}

/** One function as a process of its own: started on demand, restarted when it dies while it is wanted. */
export class FunctionProcess {
  readonly #options: FunctionOptions;
  readonly #processes: ProcessKeeper;
  readonly #isWanted: () => boolean;
  #process: KeptProcess | undefined;
  #port: Promise<number> | undefined;
  #isStopping = false;
  #backoff = shortestBackoff;

  constructor(options: FunctionOptions, processes: ProcessKeeper, isWanted: () => boolean) {
    this.#options = options;
    this.#processes = processes;
    this.#isWanted = isWanted;
  }

  /** What it prints, all of its lives behind each other. */
  get logFile(): string {
    return this.#processes.logFile(this.#options.name);
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /** The port that it answers on; starts it when it is asleep. @throws FunctionStartError */
  port(): Promise<number> {
    this.#port ??= this.#start().catch((error: unknown) => {
      this.#port = undefined;
      throw error;
    });
    return this.#port;
  }

  /**
   * The port to try after an exchange failed. A process that died takes its connections along before its end is noticed;
   * until then `port` still returns the old one. @throws FunctionStartError
   */
  async portAfterFailure(): Promise<number> {
    await Promise.race([this.#process?.exited, sleep(endLimit, undefined, { ref: false })]);
    return this.port();
  }

  /** Ends it, letting requests in flight finish; the next request starts it again. */
  async stop(): Promise<void> {
    const process = this.#process;
    if (!process) return;
    this.#isStopping = true;
    this.#port = undefined;
    await process.stop("SIGTERM", stopLimit);
    this.#isStopping = false;
  }

  async #start(): Promise<number> {
    const { name, host, folder, handler, isWeb, env, portFile } = this.#options;
    await rm(portFile, { force: true });
    const log = this.#processes.logFile(name);
    const logStart = await stat(log).then(
      (found) => found.size,
      () => 0,
    );
    const startedAt = Date.now();
    const started = this.#processes.start({
      name,
      command: process.execPath,
      args: [host, handler, portFile, ...(isWeb ? ["web"] : [])],
      cwd: folder,
      env,
    });
    this.#process = started;
    const life = { hasEnded: false };
    void started.exited.then(() => {
      life.hasEnded = true;
      this.#ended(started, Date.now() - startedAt);
    });

    for (;;) {
      const told = await readFile(portFile, "utf8").catch(() => undefined);
      if (told !== undefined) return Number(told);
      // A handler that loads but never listens cannot be reported from one that loads for ever.
      if (life.hasEnded) break;
      if (Date.now() - startedAt > startLimit) {
        await started.stop("SIGKILL", 0);
        throw new FunctionStartError(`the function did not load within ${startLimit / 1000} s`);
      }
      await sleep(10);
    }
    const { code, signal } = await started.exited;
    const reason = mask(await readFrom(log, logStart), env);
    throw new FunctionStartError(
      `the function ended while it started (${signal ?? `exit ${String(code)}`})${reason && `: ${reason}`}`,
    );
  }

  #ended(ended: KeptProcess, livedMilliseconds: number): void {
    if (this.#process !== ended) return;
    this.#process = undefined;
    this.#port = undefined;
    if (this.#isStopping || !this.#isWanted()) return;
    this.#backoff =
      livedMilliseconds > 10_000 ? shortestBackoff : Math.min(this.#backoff * 2, longestBackoff);
    setTimeout(() => {
      if (this.#isWanted()) this.port().catch(() => undefined);
    }, this.#backoff).unref();
  }
}

/** The line of its log that names the error, else the last one. */
async function readFrom(file: string, position: number): Promise<string> {
  const handle = await open(file, "r").catch(() => undefined);
  if (!handle) return "";
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16_384), 0, 16_384, position);
    const lines = buffer
      .toString("utf8", 0, bytesRead)
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("Node.js v"));
    return lines.find((line) => /^\w*(Error|Exception)\b.*:/.test(line)) ?? lines.at(-1) ?? "";
  } finally {
    await handle.close();
  }
}

/** A function may print its variables; an error message of the API must not repeat them. */
function mask(text: string, env: Readonly<Record<string, string>>): string {
  let masked = text;
  for (const value of Object.values(env)) {
    const password = URL.canParse(value) ? decodeURIComponent(new URL(value).password) : "";
    for (const secret of [value, password]) if (secret.length >= 6) masked = masked.replaceAll(secret, "***");
  }
  return masked;
}
