import { open } from "node:fs/promises";

/** A line of a deployment's runtime log, as `RuntimeLog` of the vercel CLI (vercel/vercel packages/cli/src/util/logs.ts). */
export interface RuntimeLogRow {
  readonly level: "error" | "warning" | "info";
  readonly message: string;
  readonly rowId: string;
  readonly source: "delimiter" | "serverless";
  readonly timestampInMs: number;
  readonly domain: string;
  readonly messageTruncated: boolean;
  readonly requestMethod: string;
  readonly requestPath: string;
  readonly responseStatusCode: number;
}

type Listener = (row: RuntimeLogRow) => void;
export type Answered = Pick<RuntimeLogRow, "domain" | "requestMethod" | "requestPath" | "responseStatusCode">;

let rows = 0;

/** @param given what of a row is known; the rest is as of a line that belongs to no request. */
export function rowOf(given: Partial<RuntimeLogRow>): RuntimeLogRow {
  rows += 1;
  return {
    ...{ level: "info", message: "", rowId: `${String(Date.now())}${String(rows)}`, source: "serverless" },
    ...{ timestampInMs: Date.now(), domain: "", messageTruncated: false },
    ...{ requestMethod: "", requestPath: "", responseStatusCode: 0 },
    ...given,
  };
}

/** Passes each request that a deployment has answered on to those who follow it. Nothing is kept, as at Vercel. */
export class RuntimeLog {
  readonly #listeners = new Map<string, Set<Listener>>();
  #isClosed = false;

  /** Whether the sandbox stops, so that every stream has to end. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
  }

  answered(deployment: string, request: Answered): void {
    const listeners = this.#listeners.get(deployment);
    if (!listeners) return;
    const row = rowOf({ ...request, level: request.responseStatusCode >= 500 ? "error" : "info" });
    for (const listener of listeners) listener(row);
  }

  /** @returns what ends it. */
  follow(deployment: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(deployment) ?? new Set();
    this.#listeners.set(deployment, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(deployment);
    };
  }
}

/** The lines that a log file gets from now on, at each call those since the one before. */
export async function linesFromNow(file: string): Promise<() => Promise<readonly string[]>> {
  const sizeOf = async (): Promise<number> => {
    const handle = await open(file, "r").catch(() => undefined);
    if (!handle) return 0;
    try {
      return (await handle.stat()).size;
    } finally {
      await handle.close();
    }
  };
  let position = await sizeOf();
  return async () => {
    const handle = await open(file, "r").catch(() => undefined);
    if (!handle) return [];
    try {
      const { size } = await handle.stat();
      if (size <= position) return [];
      const { buffer, bytesRead } = await handle.read(
        Buffer.alloc(size - position),
        0,
        size - position,
        position,
      );
      // A line that is still being written is for the next call.
      const end = buffer.subarray(0, bytesRead).lastIndexOf("\n") + 1;
      position += end;
      return buffer
        .toString("utf8", 0, end)
        .split("\n")
        .filter((line) => line !== "");
    } finally {
      await handle.close();
    }
  };
}
