import type { RequestsDeclaration, WatchDeclaration } from "../../../stacks/settings/application.ts";
import type { WatchSettings } from "../../../stacks/settings/schema/watch.ts";
import type { BusinessCount, Performance, Problem } from "../sample.ts";
import type { PrometheusServer } from "./queries.ts";
import { counterQuery, queryPrometheus, requestQueries } from "./queries.ts";
import type { Seen, Source } from "./source.ts";
import { reasonOf, skewProblem } from "./source.ts";

export interface PrometheusArgs extends PrometheusServer {
  readonly declared: WatchDeclaration;
  readonly settings: WatchSettings;
  /** When the rollout of the release began, in milliseconds: before it was the release before. */
  readonly begunAt: number;
  /** When it went live, in milliseconds. */
  readonly liveAt: number;
}

type Ask = (query: string, at?: number) => Promise<number | undefined>;

/** Asks a Prometheus-compatible server, at each look, for the window that ends with it. */
export function askingPrometheus(args: PrometheusArgs): Source {
  const { declared, settings, begunAt, liveAt } = args;
  /** What the release before had in a window as long, by query. */
  const before = new Map<string, number | undefined>();
  const earlier = async (query: string, ask: Ask): Promise<number | undefined> => {
    if (!before.has(query)) before.set(query, await ask(query, begunAt / 1000));
    return before.get(query);
  };
  const requests = async (each: RequestsDeclaration, ask: Ask): Promise<Performance | undefined> => {
    const seen = await requestsOf(each, settings, ask);
    if (!seen) return undefined;
    const count = await earlier(requestQueries(each, settings).requests, ask);
    return count === undefined ? seen : { ...seen, before: count / settings.windowSeconds };
  };
  const countOf = async (query: string, ask: Ask): Promise<Omit<BusinessCount, "name"> | undefined> => {
    const count = await ask(query);
    if (count === undefined) return undefined;
    return { count, windowSeconds: settings.windowSeconds, expected: await earlier(query, ask) };
  };
  const look = async (now: number, ask: Ask): Promise<Seen> => {
    const clock = (await ask("time()")) ?? Number.NaN;
    const skew = skewProblem("Prometheus", clock * 1000, now, settings.clockSkewSeconds);
    // Its figures would be of another time.
    if (skew) return { problems: [skew] };
    // Until then the window reaches into the time of the release before.
    if (now - settings.windowSeconds * 1000 < liveAt) return {};
    const [performance, business, problems]: [Performance[], BusinessCount[], Problem[]] = [[], [], []];
    for (const each of declared.requests ?? []) {
      const seen = await requests(each, ask);
      if (seen) performance.push(seen);
      else problems.push(withoutData(each.histogram));
    }
    for (const { name, counter, labels } of declared.business ?? []) {
      if (counter === undefined) continue;
      const query = counterQuery({ counter, ...(labels ? { labels } : {}) }, settings);
      const seen = await countOf(query, ask);
      if (seen) business.push({ name, ...seen });
      else problems.push(withoutData(counter));
    }
    return { performance, business, problems };
  };
  return {
    look: (now, signal) =>
      look(now, (query, at) => queryPrometheus(args, query, at, signal)).catch((error: unknown) => ({
        problems: [notAnswered(error)],
      })),
  };
}

async function requestsOf(
  declared: RequestsDeclaration,
  settings: WatchSettings,
  ask: Ask,
): Promise<Performance | undefined> {
  const queries = requestQueries(declared, settings);
  const [requests, errors, p95, p99] = await Promise.all([
    ask(queries.requests),
    ask(queries.errors),
    ask(queries.p95),
    ask(queries.p99),
  ]);
  if (requests === undefined) return undefined;
  const { windowSeconds } = settings;
  return {
    part: declared.part,
    source: "Prometheus",
    windowSeconds,
    requests,
    errors: errors ?? 0,
    p95,
    p99,
  };
}

function notAnswered(error: unknown): Problem {
  return {
    what: `Prometheus gives no answer (${reasonOf(error)})`,
    remedy:
      "see that it runs, that rollout:watch.prometheus is its address and ROLLOUT_PROMETHEUS_TOKEN valid; then bin/rollout watch again",
  };
}

function withoutData(metric: string): Problem {
  return {
    what: `Prometheus has no data of ${metric} in the window`,
    remedy:
      "see that it scrapes the application, and that rollout:watch.prometheusLabels are labels of these series",
  };
}
