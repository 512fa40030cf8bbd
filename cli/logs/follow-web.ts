import { setTimeout as sleep } from "node:timers/promises";
import type { Access } from "@rollout/infra/shared/cloud-access";
import { ApiError } from "@rollout/infra/shared/json-api";
import type { RuntimeLine } from "@rollout/infra/vercel/runtime-logs";
import { runtimeLogs } from "@rollout/infra/vercel/runtime-logs";
import type { LeveledLine } from "./filter.ts";
import { leveled } from "./filter.ts";

export interface FollowWebArgs {
  readonly access: Access;
  readonly team: string;
  /** The project's id. */
  readonly project: string;
  readonly deployment: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly print: (line: LeveledLine) => void;
  /** Reports why the stream was opened again. */
  readonly report: (why: string) => void;
  /** Waits; what tests replace. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/** Streams in a row that fail before a line came. */
const mostFailures = 5;
const longestPause = 8_000;
/** Lines of which a second stream may begin with the same. */
const remembered = 1_000;

/**
 * Prints what a web deployment answers and prints, until the signal is aborted. Vercel ends each stream after five minutes, and
 * connections break: the next one is opened then.
 *
 * @throws ApiError where Vercel refuses it, and the last reason where it fails again and again.
 */
export async function followWeb({
  signal,
  print,
  report,
  pause = waitFor,
  ...args
}: FollowWebArgs): Promise<void> {
  const seen = new Set<string>();
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const line of runtimeLogs(args.access, args, signal)) {
        failures = 0;
        if (remember(seen, line.id))
          asLines(line, args.deployment).forEach((each) => {
            print(each);
          });
      }
    } catch (error) {
      if (isOver(signal)) return;
      failures += 1;
      if (isFinal(error) || failures >= mostFailures) throw error;
      report(`Vercel's stream ended (${(error as Error).message}); it is opened again`);
      await pause(Math.min(longestPause, 500 * 2 ** failures), signal);
    }
  }
}

const waitFor = (milliseconds: number, signal: AbortSignal): Promise<unknown> =>
  sleep(milliseconds, undefined, { signal }).catch(() => undefined);

/** TypeScript does not see that it changes. */
const isOver = (signal: AbortSignal): boolean => signal.aborted;

/** A refusal that another try would get again. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500 && error.status !== 429;
}

/** @returns whether the line was not seen before */
function remember(seen: Set<string>, id: string): boolean {
  if (seen.has(id)) return false;
  if (id !== "") seen.add(id);
  const [oldest] = seen;
  if (seen.size > remembered && oldest !== undefined) seen.delete(oldest);
  return true;
}

/** One for each line of what was printed, behind the request that it belongs to; the request alone where nothing was. */
function asLines({ at, level, request, text }: RuntimeLine, deployment: string): readonly LeveledLine[] {
  const lines = text === "" ? [""] : text.split("\n");
  return lines.map((each) => {
    const line = leveled({ at, level, machine: deployment, text: each }, "web");
    return { ...line, text: [request, each].filter((part) => part !== "").join("  ") };
  });
}
