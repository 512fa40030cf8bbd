import type { RequestsDeclaration } from "../../../stacks/settings/application.ts";
import type { WatchSettings } from "../../../stacks/settings/schema/watch.ts";
import type { Problem } from "../sample.ts";
import type { Counted } from "./histogram.ts";
import { countedBetween, countedIn, performanceOf } from "./histogram.ts";
import { readMetricsText } from "./metrics-text.ts";
import type { Seen, Source } from "./source.ts";
import { answerLimit, reasonOf, skewProblem } from "./source.ts";

export interface ScrapeArgs {
  /** Address that answers Prometheus' text. */
  readonly url: string;
  /** Secret. API key that it is asked with. */
  readonly key: string | undefined;
  readonly requests: readonly RequestsDeclaration[];
  readonly settings: WatchSettings;
}

interface Kept {
  readonly at: number;
  readonly counted: ReadonlyMap<RequestsDeclaration, Counted>;
}

/**
 * Scrapes the application itself. It sees what that process has counted: where the web runs as functions, the instance that
 * answers and no other. A watch of such an application should have a Prometheus, or send requests itself.
 */
export function scraping({ url, key, requests, settings }: ScrapeArgs): Source {
  const { windowSeconds, clockSkewSeconds } = settings;
  const kept: Kept[] = [];
  return {
    async look(now, signal): Promise<Seen> {
      const scraped = await scrape(url, key, signal);
      if ("what" in scraped) return { problems: [scraped] };
      const series = readMetricsText(scraped.text);
      const counted = new Map(
        requests.flatMap((each) => {
          const found = countedIn(series, each);
          return found ? [[each, found] as const] : [];
        }),
      );
      kept.push({ at: now, counted });
      // The window is at least as long as it is meant.
      const before = kept.findLast(({ at }) => at <= now - windowSeconds * 1000);
      const skew = skewProblem("the web", scraped.date, now, clockSkewSeconds);
      return {
        performance: [...counted].flatMap(([each, after]) => {
          const earlier = before?.counted.get(each);
          if (!before || !earlier) return [];
          const of = {
            part: each.part,
            source: "scraped from the application",
            windowSeconds: Math.round((now - before.at) / 1000),
          };
          return [performanceOf(countedBetween(earlier, after), of)];
        }),
        problems: [...(skew ? [skew] : []), ...(counted.size === 0 ? [withoutSeries(requests)] : [])],
      };
    },
  };
}

async function scrape(
  url: string,
  key: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly date: number } | Problem> {
  const path = new URL(url).pathname;
  try {
    const answer = await fetch(url, {
      redirect: "manual",
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerLimit)]),
    });
    if (answer.ok) return { text: await answer.text(), date: Date.parse(answer.headers.get("date") ?? "") };
    return {
      what: `${path} of the web answers ${String(answer.status)} instead of its metrics`,
      remedy: "see that the smoke test's key may read it, or name a Prometheus (rollout:watch.prometheus)",
    };
  } catch (error) {
    return {
      what: `${path} of the web does not answer (${reasonOf(error)})`,
      remedy:
        "see whether the web is healthy (bin/rollout history), or name a Prometheus (rollout:watch.prometheus)",
    };
  }
}

function withoutSeries(requests: readonly RequestsDeclaration[]): Problem {
  return {
    what: `the application's metrics have no ${requests.map(({ histogram }) => histogram).join(", ")}`,
    remedy: "watch.requests in rollout.config.ts names the histogram of requests (docs/watch.md)",
  };
}
