import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A query of a committed dashboard, as Grafana sends it. */
export interface PanelQuery {
  readonly dashboard: string;
  readonly panel: string;
  /** Which one of the panel's several; empty of a single one. */
  readonly line: string;
  /** Grafana's name of its unit, such as `s`. */
  readonly unit: string;
  /** As it stands there, with Grafana's variables. */
  readonly written: string;
  /** For all environments. */
  readonly expression: string;
}

/** A series of a query, with the value that it has now. */
export interface PanelValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A query, with what it gives; nothing where there is no data. */
export interface PanelResult extends PanelQuery {
  readonly values: readonly PanelValue[];
}

interface Dashboard {
  readonly title: string;
  readonly panels: readonly {
    readonly title?: string;
    readonly targets?: readonly { readonly expr?: string; readonly legendFormat?: string }[];
    readonly fieldConfig?: { readonly defaults?: { readonly unit?: string } };
  }[];
}

/** @param folder that of the dashboards' JSON. */
export function panelQueries(folder: string): readonly PanelQuery[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names.flatMap((name) => {
    const { title, panels } = JSON.parse(readFileSync(join(folder, name), "utf8")) as Dashboard;
    return panels.flatMap(({ title: panel = "", targets = [], fieldConfig }) =>
      targets.map(({ expr: written = "", legendFormat = "" }) => ({
        // Of several queries each is named by what its legend says beyond the labels.
        line: targets.length > 1 ? legendFormat.replaceAll(/{{.*?}}/g, "").trim() : "",
        ...{ dashboard: title, panel, unit: fieldConfig?.defaults?.unit ?? "short", written },
        expression: written.replaceAll("$environment", ".*").replaceAll("$__rate_interval", "1m"),
      })),
    );
  });
}

const answerLimitMilliseconds = 10_000;

/** What a query gives now; values that are no number are no data. */
export async function valuesOf(prometheus: string, expression: string): Promise<readonly PanelValue[]> {
  const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`, {
    signal: AbortSignal.timeout(answerLimitMilliseconds),
  });
  const read = (await answer.json()) as {
    readonly error?: string;
    readonly data?: {
      readonly result: readonly {
        readonly metric: Readonly<Record<string, string>>;
        readonly value: readonly [number, string];
      }[];
    };
  };
  if (!read.data) throw new Error(`${expression}: ${read.error ?? String(answer.status)}`);
  return read.data.result
    .map(({ metric: labels, value: [, value] }) => ({ labels, value: Number(value) }))
    .filter(({ value }) => !Number.isNaN(value));
}

export function askPanels(
  prometheus: string,
  queries: readonly PanelQuery[],
): Promise<readonly PanelResult[]> {
  return Promise.all(
    queries.map(async (query) => ({ ...query, values: await valuesOf(prometheus, query.expression) })),
  );
}

/** Labels that say where a series was scraped, and nothing of what it is. */
const ofTheScrape = new Set(["__name__", "instance", "job", "environment", "le"]);
const mostValues = 3;

/** A table for each dashboard: its panels, how many series each has, and what they show now. */
export function panelTables(results: readonly PanelResult[]): string {
  const titles = [...new Set(results.map(({ dashboard }) => dashboard))];
  const empty = results.filter(({ values }) => values.length === 0);
  const end = `${String(results.length)} queries of ${String(new Set(results.map(nameOf)).size)} panels in ${String(titles.length)} dashboards, ${String(empty.length)} without data`;
  const tables = titles.map((title) => {
    const rows = results
      .filter(({ dashboard }) => dashboard === title)
      .map(
        ({ panel, line, values, unit }) =>
          [
            line === "" ? panel : `${panel}: ${line}`,
            ...([String(values.length), shown(values, unit)] as const),
          ] as const,
      );
    const width = Math.max(...rows.map(([panel]) => panel.length));
    const lines = rows.map(([panel, count, now]) => `  ${panel.padEnd(width)}  ${count.padStart(3)}  ${now}`);
    return [title, ...lines, ""].join("\n");
  });
  return `${[...tables, end].join("\n")}\n`;
}

const nameOf = ({ dashboard, panel }: PanelQuery): string => `${dashboard}: ${panel}`;

function shown(values: readonly PanelValue[], unit: string): string {
  if (values.length === 0) return "no data";
  const texts = values.slice(0, mostValues).map(({ labels, value }) => {
    const names = Object.entries(labels).flatMap(([name, label]) => (ofTheScrape.has(name) ? [] : [label]));
    return [...names, inUnit(value, unit)].join(" ");
  });
  return [...texts, ...(values.length > mostValues ? ["…"] : [])].join(", ");
}

function inUnit(value: number, unit: string): string {
  const rounded = (number: number): string => String(Number(number.toPrecision(3)));
  if (unit === "percentunit") return `${rounded(value * 100)} %`;
  if (unit === "bytes") return `${rounded(value / 2 ** 20)} MiB`;
  if (unit.startsWith("dateTime")) return new Date(value).toISOString();
  return unit === "s" ? `${rounded(value)} s` : rounded(value);
}
