import type { Client } from "pg";
import type { Metric } from "prom-client";
import { z } from "zod";
import type { DatabaseMetric } from "../../stacks/settings/application.ts";
import { counter, gauge, type Sample } from "./samples.ts";

/** Most rows of one metric: each is a series. */
const mostRows = 500;

const histogramRow = z
  .object({
    bounds: z.array(z.coerce.number()),
    /** One for each bound, and one for what is above all of them. */
    counts: z.array(z.coerce.number()),
    sum: z.coerce.number(),
  })
  .refine(({ bounds, counts }) => counts.length === bounds.length + 1, "expected one count more than bounds");
const valueRow = z.object({ value: z.coerce.number() });

type Row = Readonly<Record<string, unknown>>;

/**
 * What the application keeps in its database: a row is a series, its columns are labels but for those of the value. A metric
 * whose table is not there yet has no row: its migration comes with a release.
 */
export async function declaredMetrics(
  client: Client,
  declared: readonly DatabaseMetric[],
): Promise<readonly Metric[]> {
  const read: Metric[] = [];
  for (const metric of declared) {
    const rows = await rowsOf(client, metric);
    if (rows.length > mostRows)
      throw new Error(
        `${placeOf(metric)} gives ${String(rows.length)} rows, at most ${String(mostRows)} are taken`,
      );
    read.push(metricOf(metric, rows));
  }
  return read;
}

const placeOf = ({ name }: DatabaseMetric): string => `database.metrics ${name} of rollout.config.ts`;
const missingTable = "42P01";

async function rowsOf(client: Client, metric: DatabaseMetric): Promise<readonly Row[]> {
  try {
    return (await client.query<Record<string, unknown>>(metric.query)).rows;
  } catch (error) {
    if ((error as { readonly code?: string }).code === missingTable) return [];
    throw new Error(`${placeOf(metric)}: ${(error as Error).message}`, { cause: error });
  }
}

function metricOf(metric: DatabaseMetric, rows: readonly Row[]): Metric {
  const { name, help, type } = metric;
  if (type === "histogram") return keptHistogram(metric, rows);
  const samples = rows.map((row): Sample => {
    const { value } = parsed(metric, valueRow, row);
    return { labels: labelsOf(row, ["value"]), value };
  });
  return type === "counter" ? counter(name, help, samples) : gauge(name, help, samples);
}

/** A histogram whose buckets were counted elsewhere, which prom-client's own has no way to take. */
function keptHistogram(metric: DatabaseMetric, rows: readonly Row[]): Metric {
  const { name, help } = metric;
  const values = rows.flatMap((row) => {
    const { bounds, counts, sum } = parsed(metric, histogramRow, row);
    const labels = labelsOf(row, ["bounds", "counts", "sum"]);
    let total = 0;
    const buckets = counts.map((count, index) => {
      total += count;
      const le = index < bounds.length ? String(bounds[index]) : "+Inf";
      return { labels: { le, ...labels }, value: total, metricName: `${name}_bucket` };
    });
    return [
      ...buckets,
      { labels, value: sum, metricName: `${name}_sum` },
      { labels, value: total, metricName: `${name}_count` },
    ];
  });
  // The registry asks a metric for its name and for this alone.
  return {
    name,
    get: () => ({ name, help, type: "histogram", values, aggregator: "sum" }),
  } as unknown as Metric;
}

function parsed<Value>(metric: DatabaseMetric, schema: z.ZodType<Value>, row: Row): Value {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  throw new Error(`${placeOf(metric)}: ${z.prettifyError(result.error)}`);
}

function labelsOf(row: Row, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([column]) => !values.includes(column))
      .map(([column, value]) => [column, String(value)]),
  );
}
