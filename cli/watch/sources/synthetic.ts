import type { WatchSettings } from "../../../stacks/settings/schema/watch.ts";
import type { Seen, Source } from "./source.ts";
import { answerLimit } from "./source.ts";

export interface LoadArgs {
  readonly webUrl: string;
  /** Paths of which a GET changes nothing; taken in turn. */
  readonly paths: readonly string[];
  readonly settings: Pick<WatchSettings, "syntheticLoad" | "windowSeconds">;
  /** What tests replace. */
  readonly parts?: LoadParts;
}

export interface LoadParts {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls again and again until the function that it gives is called. */
  readonly every: (milliseconds: number, send: () => void) => () => void;
}

interface Answered {
  readonly at: number;
  readonly seconds: number;
  readonly isError: boolean;
}

const real: LoadParts = {
  now: Date.now,
  every: (milliseconds, send) => {
    const timer = setInterval(send, milliseconds);
    return () => clearInterval(timer);
  },
};

/** Requests under way at a time: an application that hangs is not buried under more of them. */
const mostAtOnce = 50;

/** Sends safe requests itself and measures them, as a user of the web would: first byte to last, from here. */
export function sendingLoad({ webUrl, paths, settings, parts = real }: LoadArgs): Source {
  const { syntheticLoad, windowSeconds } = settings;
  const { now, every } = parts;
  const end = new AbortController();
  const running = new Set<Promise<void>>();
  const begunAt = now();
  let answered: Answered[] = [];
  let sent = 0;
  const request = async (path: string): Promise<void> => {
    const at = now();
    const isGood = await fetch(`${webUrl}${path}`, {
      redirect: "manual",
      signal: AbortSignal.any([end.signal, AbortSignal.timeout(answerLimit)]),
    }).then(
      async (answer) => (await answer.arrayBuffer(), answer.status < 500),
      () => false,
    );
    if (end.signal.aborted) return;
    // By its end: of a slow web, the requests of the newest seconds are not answered yet, and would be missing in the window.
    answered.push({ at: now(), seconds: (now() - at) / 1000, isError: !isGood });
  };
  const stop = every(1000 / syntheticLoad, () => {
    if (running.size >= mostAtOnce) return;
    const one: Promise<void> = request(paths[sent++ % paths.length] ?? "/").finally(() =>
      running.delete(one),
    );
    running.add(one);
  });
  return {
    look(at): Promise<Seen> {
      const from = at - windowSeconds * 1000;
      answered = answered.filter((each) => each.at > from);
      if (begunAt > from) return Promise.resolve({});
      const times = answered.map(({ seconds }) => seconds).sort((one, other) => one - other);
      return Promise.resolve({
        performance: [
          {
            ...{ part: "web", source: "requests of this watch", windowSeconds, requests: answered.length },
            errors: answered.filter(({ isError }) => isError).length,
            ...{ p95: nearestRank(0.95, times), p99: nearestRank(0.99, times) },
          },
        ],
      });
    },
    async close() {
      stop();
      end.abort();
      await Promise.all(running);
    },
  };
}

function nearestRank(share: number, sorted: readonly number[]): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
