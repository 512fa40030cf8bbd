import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import { PanelBuilder as BarGauge } from "@grafana/grafana-foundation-sdk/bargauge";
import {
  BigValueGraphMode,
  BigValueTextMode,
  type DataSourceRef,
  ReduceDataOptionsBuilder,
  VizLegendOptionsBuilder,
  LegendDisplayMode,
  LegendPlacement,
  VizOrientation,
} from "@grafana/grafana-foundation-sdk/common";
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeSeries } from "@grafana/grafana-foundation-sdk/timeseries";

/** A query, and how its series are called. */
export type Query = readonly [expression: string, legend?: string];

/** What a panel shows, apart from its form. */
export interface Shown {
  readonly title: string;
  readonly description?: string;
  /** A unit of Grafana: `s`, `bytes`, `percentunit`, `reqps`, `short`. */
  readonly unit: string;
  readonly queries: readonly Query[];
}

/** Every query is of the environments that are chosen above. */
export const chosen = 'environment=~"$environment"';

const datasource: DataSourceRef = { type: "prometheus", uid: "${datasource}" };
const columns = 24;

const target = ([expression, legend = ""]: Query, isInstant: boolean): Builder<Dataquery> => {
  const query = new DataqueryBuilder().datasource(datasource).expr(expression).legendFormat(legend);
  return isInstant ? query.instant() : query.range();
};

/** Lines over time; two in a row. */
export function lines({ title, description = "", unit, queries }: Shown): Builder<Panel> {
  return new TimeSeries()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .min(0)
    .span(columns / 2)
    .height(8)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .targets(queries.map((query) => target(query, false)));
}

/** The newest value alone, as a number; four in a row. */
export function number({ title, description = "", unit, queries }: Shown): Builder<Panel> {
  return new Stat()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .span(columns / 4)
    .height(4)
    .graphMode(BigValueGraphMode.None)
    .textMode(
      queries.some(([, legend]) => legend !== undefined)
        ? BigValueTextMode.ValueAndName
        : BigValueTextMode.Auto,
    )
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .targets(queries.map((query) => target(query, true)));
}

/** The newest value of each series, as bars. */
export function bars({ title, description = "", unit, queries }: Shown): Builder<Panel> {
  return new BarGauge()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .min(0)
    .span(columns / 2)
    .height(8)
    .orientation(VizOrientation.Horizontal)
    .targets(queries.map((query) => target(query, true)));
}

/* oxlint-disable typescript/no-deprecated -- the form that replaces it is one that older Grafanas do not import */

/** A dashboard of rows, in the order of which it is read, for the environments that its reader chooses. */
export function dashboard(
  name: { readonly uid: string; readonly title: string; readonly description: string },
  rows: Readonly<Record<string, readonly Builder<Panel>[]>>,
): DashboardBuilder {
  const builder = new DashboardBuilder(name.title)
    .uid(name.uid)
    .description(name.description)
    .tags(["rollout"])
    .refresh("30s")
    .time({ from: "now-6h", to: "now" })
    .timezone("browser")
    .withVariable(new DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"))
    .withVariable(
      new QueryVariableBuilder("environment")
        .label("Environment")
        .datasource(datasource)
        .query("label_values(rollout_source_up, environment)")
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .current({ text: ["All"], value: ["$__all"] }),
    );
  for (const [title, panels] of Object.entries(rows)) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panel);
  }
  return builder;
}
