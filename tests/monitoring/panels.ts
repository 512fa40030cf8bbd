import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rulesFolder } from "./programs.ts";

export const dashboardsFolder = join(rulesFolder, "dashboards");

/** A query of a committed dashboard, as Grafana sends it. */
export interface PanelQuery {
  readonly dashboard: string;
  readonly panel: string;
  /** As it stands there, with Grafana's variables. */
  readonly written: string;
  /** For all environments. */
  readonly expression: string;
}

interface Dashboard {
  readonly title: string;
  readonly panels: readonly {
    readonly type: string;
    readonly title?: string;
    readonly targets?: readonly { readonly expr?: string }[];
  }[];
}

export const dashboardNames = readdirSync(dashboardsFolder).filter((name) => name.endsWith(".json"));

export function panelQueries(): readonly PanelQuery[] {
  return dashboardNames.flatMap((name) => {
    const { title, panels } = JSON.parse(readFileSync(join(dashboardsFolder, name), "utf8")) as Dashboard;
    return panels.flatMap(({ title: panel = "", targets = [] }) =>
      targets.map(({ expr: written = "" }) => ({
        dashboard: title,
        panel,
        written,
        expression: written.replaceAll("$environment", ".*").replaceAll("$__rate_interval", "1m"),
      })),
    );
  });
}

/** The values that a query has now, of which none is missing; none where it has no data. */
export async function valuesOf(prometheus: string, expression: string): Promise<readonly number[]> {
  const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`);
  const read = (await answer.json()) as {
    readonly error?: string;
    readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] };
  };
  if (!read.data) throw new Error(`${expression}: ${read.error ?? String(answer.status)}`);
  return read.data.result
    .map(({ value: [, value] }) => Number(value))
    .filter((value) => !Number.isNaN(value));
}
