import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openProcessKeeper, type KeptProcess } from "../cloud/process-keeper.ts";
import { findPort } from "../cloud/server/free-port.ts";
import type { Home } from "../home.ts";
import { openDeliveries } from "../monitoring/deliveries.ts";
import { askPanels, panelQueries, panelTables } from "../monitoring/panels.ts";
import {
  forgetMonitoring,
  monitoringFolder,
  noteMonitoring,
  runningMonitoring,
} from "../monitoring/running.ts";
import { workerTargets } from "../monitoring/sandbox-targets.ts";
import { type Monitoring, startMonitoring, type Target } from "../monitoring/start.ts";
import { deliverTestAlert } from "../monitoring/test-alert.ts";
import { findMonitoring, type MonitoringPrograms } from "../toolchain/monitoring-programs.ts";
import { UserError } from "../user-error.ts";
import { askClouds } from "./clouds.ts";
import { noteCommand } from "./commands-in-use.ts";
import { readySandbox } from "./ready-sandbox.ts";
import type { Sandbox } from "./sandbox.ts";

const help = `bin/sandbox monitoring [--test-alert | --panels | --get]

Runs a real Prometheus and a real Alertmanager over the sandbox, on loopback, until Ctrl-C: with the alerts of monitoring/alerts.yml,
the routes of monitoring/alertmanager.yml, and receivers on this machine in the form of webhooks, Slack, PagerDuty and mail. What
is delivered is printed. They scrape bin/rollout metrics of each environment that was rolled out, and every worker.

  bin/sandbox monitoring                 until Ctrl-C
  bin/sandbox monitoring --test-alert    sends an alert to every receiver, shows what arrives, and ends
  bin/sandbox monitoring --panels        what each panel of the dashboards shows, as tables: of the monitoring that runs in another
                                         terminal, else of one that ends with it, after half a minute of scrapes
  bin/sandbox monitoring --get           only gets the two programs

Those on the PATH are used as they are (prometheus, promtool, alertmanager and amtool); otherwise they are built from Go modules, once a
machine, in about eight minutes on two cores. They have no web pages, which are not part of the modules: ask their APIs, or
let a Grafana of your own show monitoring/dashboards/ (docs/monitoring.md).

Exit status: 0 done, also after Ctrl-C; 1 something was not delivered, or ended unasked; 2 wrong use, or no Go to build with.
`;

const everySeconds = 5;
/** For the panels, in milliseconds. */
const scrapedFor = 30_000;
const stopLimitMilliseconds = 10_000;

/** Prometheus and Alertmanager over this sandbox. */
export async function monitoring(sandbox: Sandbox, words: readonly string[]): Promise<number> {
  const options = optionsOf(words);
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  const { checkout, home, environment, progress } = sandbox;
  const programs = await findMonitoring(checkout, environment, progress);
  if (options.get) {
    process.stdout.write(`${Object.values(programs).slice(0, 4).join("\n")}\n`);
    return 0;
  }
  const already = runningMonitoring(home);
  if (already && options.panels) {
    await printPanels(checkout, already.prometheus);
    return 0;
  }
  if (already)
    throw new UserError(
      `Monitoring of this sandbox runs already (process ${String(already.pid)}): Prometheus ${already.prometheus}, Alertmanager ${already.alertmanager}. Stop it with Ctrl-C where it runs.`,
      2,
    );
  noteCommand(home, ["bin/sandbox", "monitoring"]);
  return run(sandbox, programs, options);
}

async function printPanels(checkout: string, prometheus: string): Promise<void> {
  const queries = panelQueries(join(checkout, "monitoring", "dashboards"));
  process.stdout.write(panelTables(await askPanels(prometheus, queries)));
}

async function run(
  sandbox: Sandbox,
  programs: MonitoringPrograms,
  { testAlert: isTest, panels }: Options,
): Promise<number> {
  const { checkout, home } = sandbox;
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopped.abort());
  const deliveries = openDeliveries(({ kind, status, text }) =>
    process.stdout.write(`${new Date().toISOString()}  ${status.padEnd(8)}  ${kind.padEnd(9)}  ${text}\n`),
  );
  const { environment } = await readySandbox(sandbox);
  const folder = monitoringFolder(home);
  const started = await startMonitoring({
    programs,
    rules: join(checkout, "monitoring"),
    folder,
    jobs: ["rollout", "workers"],
    deliveries,
    everySeconds,
  });
  const exporters: Exporter[] = [];
  try {
    noteMonitoring(home, started);
    for (const stack of rolledOut(home))
      exporters.push(await startExporter(checkout, folder, stack, environment));
    describe(started, exporters);
    if (isTest) {
      const arrived = await deliverTestAlert(started.alertmanager, deliveries);
      process.stdout.write(
        `Delivered and ended: ${String(arrived.length)} notifications by 4 kinds of receivers.\n`,
      );
      return 0;
    }
    const watched = watch(sandbox, started, exporters, stopped.signal);
    if (!panels) return await watched;
    // A rate is of two scrapes of each process.
    await Promise.race([watched, delay(scrapedFor, undefined, { signal: stopped.signal })]);
    await printPanels(checkout, started.prometheus);
    stopped.abort();
    return await watched;
  } catch (error) {
    if (stopped.signal.aborted) return 0;
    throw error;
  } finally {
    if (stopped.signal.aborted) process.stdout.write("Stopping Prometheus and Alertmanager.\n");
    forgetMonitoring(home);
    await Promise.all(exporters.map(({ kept }) => kept.stop("SIGTERM", stopLimitMilliseconds)));
    await started.stop();
  }
}

/** Until it is stopped, or the clouds are: targets follow the machines that run. */
async function watch(
  { home, tokens }: Sandbox,
  { setTargets, ended }: Monitoring,
  exporters: readonly Exporter[],
  signal: AbortSignal,
): Promise<number> {
  const environments = exporters.map(({ stack }) => stack);
  while (!signal.aborted) {
    const server = await askClouds(home, tokens);
    if (!server) {
      process.stdout.write("The clouds are stopped, and so is this.\n");
      return 0;
    }
    setTargets({
      rollout: exporters.map(({ target }) => target),
      workers: workerTargets(server.clouds, environments),
    });
    const which = await Promise.race([ended, pause(signal)]);
    // A terminal's Ctrl-C reaches them as well.
    if (which !== undefined && !isStopped(signal))
      throw new UserError(
        `${which} has ended unasked. Its log: ${join(monitoringFolder(home), "logs", `${which}.log`)}`,
      );
  }
  return 0;
}

const isStopped = ({ aborted }: AbortSignal): boolean => aborted;

/** Until the next look at the machines, or until it is stopped. */
function pause(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve(undefined);
    }, everySeconds * 1000);
    const stop = (): void => {
      clearTimeout(timer);
      resolve(undefined);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}

interface Exporter {
  readonly stack: string;
  readonly kept: KeptProcess;
  readonly target: Target;
}

/** The environments that have a state, by their names. */
function rolledOut(home: Home): readonly string[] {
  try {
    const names = readdirSync(join(home.stateFolder, ".pulumi", "stacks"), {
      recursive: true,
      encoding: "utf8",
    });
    return ["staging", "prod"].filter((stack) => names.some((name) => name.endsWith(`${stack}.json`)));
  } catch {
    return [];
  }
}

async function startExporter(
  checkout: string,
  folder: string,
  stack: string,
  environment: NodeJS.ProcessEnv,
): Promise<Exporter> {
  const port = await findPort(new Set());
  const [runs, logs] = [join(folder, "exporters", stack), join(folder, "logs")];
  mkdirSync(runs, { recursive: true });
  const kept = openProcessKeeper(runs, logs).start({
    name: `metrics-${stack}`,
    command: join(checkout, "bin", "rollout"),
    args: ["metrics", "--stack", stack, "--listen", String(port)],
    cwd: checkout,
    env: Object.fromEntries(
      Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  });
  return { stack, kept, target: { address: `127.0.0.1:${String(port)}`, labels: {} } };
}

function describe({ prometheus, alertmanager }: Monitoring, exporters: readonly Exporter[]): void {
  const lines = [
    `Prometheus    ${prometheus}  (${prometheus}/api/v1/alerts, …/api/v1/query?query=up)`,
    `Alertmanager  ${alertmanager}  (${alertmanager}/api/v2/alerts)`,
    ...exporters.map(({ stack, target }) => `${stack.padEnd(12)}  http://${target.address}/metrics`),
    ...(exporters.length === 0
      ? ["Nothing was rolled out yet: bin/sandbox bin/rollout up --stack staging"]
      : []),
    "What is delivered stands below. Stop it with Ctrl-C.",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

interface Options {
  readonly help: boolean;
  readonly get: boolean;
  readonly testAlert: boolean;
  readonly panels: boolean;
}

function optionsOf(words: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        help: { type: "boolean", short: "h" },
        get: { type: "boolean" },
        "test-alert": { type: "boolean" },
        panels: { type: "boolean" },
      },
    });
    return {
      help: values.help === true,
      get: values.get === true,
      testAlert: values["test-alert"] === true,
      panels: values.panels === true,
    };
  } catch (error) {
    throw new UserError(
      `bin/sandbox monitoring: ${(error as Error).message}. See: bin/sandbox monitoring --help`,
      2,
    );
  }
}
