import { z } from "zod";
import type { BusinessDeclaration, RequestsDeclaration } from "../../../stacks/settings/application.ts";
import type { WatchSettings } from "../../../stacks/settings/schema/watch.ts";
import { numberIn } from "./metrics-text.ts";
import { answerLimit } from "./source.ts";

type Windowed = Pick<WatchSettings, "windowSeconds" | "prometheusLabels">;

/** The queries of a declared histogram over the window. */
export function requestQueries({ histogram, labels, errors }: RequestsDeclaration, settings: Windowed) {
  const { windowSeconds, prometheusLabels } = settings;
  const all = { ...labels, ...prometheusLabels };
  const window = `[${String(windowSeconds)}s]`;
  const bad = selector(`${histogram}_count`, all, `${errors.label}=~${JSON.stringify(errors.matches)}`);
  const quantile = (share: number): string =>
    `histogram_quantile(${String(share)}, sum by (le) (rate(${selector(`${histogram}_bucket`, all)}${window})))`;
  return {
    requests: `sum(increase(${selector(`${histogram}_count`, all)}${window}))`,
    errors: `sum(increase(${bad}${window}))`,
    p95: quantile(0.95),
    p99: quantile(0.99),
  };
}

/** The query of a declared counter over the window. */
export function counterQuery(
  { counter, labels }: { readonly counter: string } & Pick<BusinessDeclaration, "labels">,
  { windowSeconds, prometheusLabels }: Windowed,
): string {
  const all = { ...labels, ...prometheusLabels };
  return `sum(increase(${selector(counter, all)}[${String(windowSeconds)}s]))`;
}

function selector(
  name: string,
  labels: Readonly<Record<string, string>>,
  ...more: readonly string[]
): string {
  const matchers = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${[...matchers, ...more].join(",")}}`;
}

const pair = z.tuple([z.number(), z.string()]);
const answerSchema = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z.object({ result: z.union([pair, z.array(z.object({ value: pair }))]) }).optional(),
});

export interface PrometheusServer {
  readonly url: string;
  /** Secret. */
  readonly token: string | undefined;
}

/**
 * One instant query. Undefined where it has no result.
 *
 * @param at in seconds since 1970; now where absent.
 * @throws Error that quotes no address, which may hold a secret.
 */
export async function queryPrometheus(
  { url, token }: PrometheusServer,
  query: string,
  at: number | undefined,
  signal: AbortSignal,
): Promise<number | undefined> {
  const address = new URL(`${url.replace(/\/$/, "")}/api/v1/query`);
  address.searchParams.set("query", query);
  if (at !== undefined) address.searchParams.set("time", String(at));
  const answer = await fetch(address, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerLimit)]),
  });
  const parsed = answerSchema.safeParse(await answer.json().catch(() => undefined)).data;
  if (!answer.ok || parsed?.status !== "success") {
    const reason = parsed?.error === undefined ? "" : `: ${parsed.error.slice(0, 200)}`;
    throw new Error(`it answers ${String(answer.status)}${reason}`);
  }
  const [first, second] = parsed.data?.result ?? [];
  const value = typeof first === "object" ? first.value[1] : typeof second === "string" ? second : undefined;
  const number = numberIn(value ?? "NaN");
  return Number.isNaN(number) ? undefined : number;
}
