import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { getMonitoringCommand } from "../../sandbox/toolchain/monitoring-programs.ts";
import { askPanels, panelQueries, valuesOf } from "../../sandbox/monitoring/panels.ts";
import { dashboardsFolder, programs } from "../monitoring/programs.ts";
import { callCloud, postPlan, postRegeneration, waitForPlan } from "./observe.ts";
import { outputsOf } from "./staging.ts";
import { useSandbox } from "./use-sandbox.ts";
import { loadWeb } from "./web-load.ts";

/** Without an extension that the sandbox's PostgreSQL lacks, it is absent by intention. */
const mayBeAbsent = ["rollout_database_slow_statements"];

const title = programs ? "" : ` (skipped: without Prometheus; get it with ${getMonitoringCommand})`;

describe.skipIf(!programs)(`monitoring of a sandbox${title}`, { timeout: 300_000 }, () => {
  const { sandbox } = useSandbox({ from: "staging live" });

  it("has data for every panel of every dashboard, and no alert", async () => {
    const { webUrl, smokeApiKey } = await outputsOf(sandbox, "staging");
    await callCloud(sandbox, "github", "PUT", "/_sandbox/runners/atlaris/atlaris/build-1", {
      status: "online",
    });
    loadWeb(`${webUrl}/api/health`);
    const planId = await postPlan(webUrl, smokeApiKey, "Bread");
    await waitForPlan(webUrl, smokeApiKey, planId);

    const file = join(sandbox.home, "monitoring", "running.json");
    let empty: readonly string[] = ["Prometheus has not started"];
    let firing = -1;
    const everyPanelHasData = async (): Promise<boolean> => {
      if (!existsSync(file)) return false;
      const { prometheus } = JSON.parse(readFileSync(file, "utf8")) as { readonly prometheus: string };
      // Jobs are ended while they are measured, since a rate is of two scrapes.
      await postRegeneration(webUrl, smokeApiKey, planId).catch(() => undefined);
      const queries = panelQueries(dashboardsFolder).filter(
        ({ written }) => !mayBeAbsent.some((name) => written.includes(name)),
      );
      const found = await askPanels(prometheus, queries);
      empty = found
        .filter(({ values }) => values.length === 0)
        .map(({ dashboard, panel, expression }) => `${dashboard}: ${panel}: ${expression}`);
      firing = (await valuesOf(prometheus, 'ALERTS{alertstate="firing"}')).length;
      if (empty.length > 0) return false;
      // Of the monitoring that runs: as a user asks it in a second terminal.
      const { status, output } = await sandbox.run("monitoring", "--panels");
      expect(status, output).toBe(0);
      expect(output).toMatch(/^\d+ queries of \d+ panels in 3 dashboards, [01] without data$/m);
      return true;
    };
    await sandbox.runUntil(everyPanelHasData, "monitoring").catch((error: unknown) => {
      throw new Error(`Panels without data:\n${empty.join("\n")}`, { cause: error });
    });
    expect(firing).toBe(0);
  });

  it("delivers a test alert to every kind of receiver, and leaves nothing running", async () => {
    const { status, output } = await sandbox.run("monitoring", "--test-alert");
    expect(status, output).toBe(0);
    expect(output).toContain("Delivered and ended: 10 notifications by 4 kinds of receivers.");
    expect(JSON.parse(await sandbox.read("status", "--json"))).not.toHaveProperty("monitoring");
  });
});
