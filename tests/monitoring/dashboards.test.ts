import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dashboardFiles } from "../../monitoring/dashboards/files.ts";
import { panelQueries } from "../../sandbox/monitoring/panels.ts";
import { dashboardsFolder, project } from "./programs.ts";

const queries = panelQueries(dashboardsFolder);
const dashboardNames = readdirSync(dashboardsFolder).filter((name) => name.endsWith(".json"));
const documented = readFileSync(join(project, "docs", "monitoring.md"), "utf8");

describe("the dashboards", () => {
  it("are those that the code makes: npm run dashboards", () => {
    const files = dashboardFiles();
    expect(dashboardNames.toSorted()).toEqual([...files.keys()].toSorted());
    for (const [name, text] of files) expect(readFileSync(join(dashboardsFolder, name), "utf8")).toBe(text);
  });

  it("have panels of different names, each with a query of the environments that are chosen", () => {
    const panels = new Set(queries.map(({ dashboard, panel }) => `${dashboard}: ${panel}`));
    expect(panels.size).toBeGreaterThan(25);
    expect(queries.filter(({ written }) => !written.includes('environment=~"$environment"'))).toEqual([]);
  });

  it.each(queries.map((query) => [query.dashboard, query.panel, query.written]))(
    "%s: %s uses metrics that docs/monitoring.md lists (%s)",
    (_dashboard, _panel, written) => {
      const names = [...written.matchAll(/\b(?:rollout|http|atlaris|process|nodejs)_[a-z0-9_]+/g)].map(
        ([name]) => name.replace(/_(bucket|sum|count)$/, ""),
      );
      expect(names).not.toEqual([]);
      expect(names.filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
    },
  );
});
