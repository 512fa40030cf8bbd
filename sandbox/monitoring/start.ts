import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openProcessKeeper, type KeptProcess } from "../cloud/process-keeper.ts";
import { findPort } from "../cloud/server/free-port.ts";
import type { MonitoringPrograms } from "../toolchain/monitoring-programs.ts";
import { UserError } from "../user-error.ts";
import type { Deliveries } from "./deliveries.ts";
import { openHttpReceiver } from "./http-receiver.ts";
import { localAlertmanager, localPrometheus } from "./local-configuration.ts";
import { openMailReceiver } from "./mail-receiver.ts";

/** What Prometheus scrapes, by the names of its jobs. */
export type Targets = Readonly<Record<string, readonly Target[]>>;

export interface Target {
  /** Host and port. */
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface MonitoringOptions {
  readonly programs: MonitoringPrograms;
  /** Folder of alerts.yml and alertmanager.yml. */
  readonly rules: string;
  /** What they keep, and their logs; they begin without what was kept before. */
  readonly folder: string;
  readonly jobs: readonly string[];
  readonly deliveries: Deliveries;
  /** Between two scrapes, and two evaluations of the rules. */
  readonly everySeconds: number;
}

export interface Monitoring {
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly setTargets: (targets: Targets) => void;
  /** Settles with its name when one of the two has ended unasked. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

const readyLimitMilliseconds = 60_000;
const killAfterMilliseconds = 10_000;
const pollMilliseconds = 50;

/** Starts a real Prometheus and a real Alertmanager on loopback, and receivers for what they deliver. */
export async function startMonitoring(options: MonitoringOptions): Promise<Monitoring> {
  const { programs, folder, jobs, deliveries, everySeconds } = options;
  const [runs, logs] = [join(folder, "run"), join(folder, "logs")];
  for (const each of [runs, logs]) mkdirSync(each, { recursive: true });
  // Ends those of a predecessor that was killed.
  const keeper = openProcessKeeper(runs, logs);
  for (const each of ["prometheus", "alertmanager"])
    rmSync(join(folder, each), { recursive: true, force: true });
  const port = await findPort(new Set());
  const prometheusPort = await findPort(new Set([port]));
  const [http, mail] = [await openHttpReceiver(deliveries), await openMailReceiver(deliveries)];
  const started: KeptProcess[] = [];
  const stop = async (): Promise<void> => {
    // Prometheus first: Alertmanager delivers what it has been sent.
    for (const each of started.toReversed()) await each.stop("SIGTERM", killAfterMilliseconds);
    await Promise.all([http.close(), mail.close()]);
  };
  const start = (name: string, command: string, args: readonly string[]): KeptProcess => {
    const kept = keeper.start({ name, command, args, cwd: folder, env: { HOME: folder } });
    started.push(kept);
    return kept;
  };
  try {
    const receivers = { http: http.address, mail: mail.address };
    const alertmanagerFile = join(folder, "alertmanager.yml");
    writeFileSync(
      alertmanagerFile,
      localAlertmanager(readFileSync(join(options.rules, "alertmanager.yml"), "utf8"), receivers),
    );
    const alertmanager = start("alertmanager", programs.alertmanager, [
      `--config.file=${alertmanagerFile}`,
      `--storage.path=${join(folder, "alertmanager")}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
      // No cluster: it would listen on every address.
      "--cluster.listen-address=",
      "--log.level=warn",
    ]);
    const prometheusFile = join(folder, "prometheus.yml");
    const targetsFile = (job: string): string => join(folder, `targets-${job}.json`);
    const setTargets = (targets: Targets): void => {
      for (const job of jobs) writeTargets(targetsFile(job), targets[job] ?? []);
    };
    setTargets({});
    writeFileSync(
      prometheusFile,
      localPrometheus({
        rules: join(options.rules, "alerts.yml"),
        alertmanager: `127.0.0.1:${String(port)}`,
        jobs: jobs.map((name) => ({ name, targetsFile: targetsFile(name) })),
        everySeconds,
      }),
    );
    const prometheus = start("prometheus", programs.prometheus, [
      `--config.file=${prometheusFile}`,
      `--storage.tsdb.path=${join(folder, "prometheus")}`,
      `--web.listen-address=127.0.0.1:${String(prometheusPort)}`,
      "--log.level=warn",
    ]);
    const ended = Promise.race([
      alertmanager.exited.then(() => "alertmanager"),
      prometheus.exited.then(() => "prometheus"),
    ]);
    const addresses = {
      alertmanager: `http://127.0.0.1:${String(port)}`,
      prometheus: `http://127.0.0.1:${String(prometheusPort)}`,
    };
    for (const [name, address] of Object.entries(addresses))
      await Promise.race([
        waitUntilReady(name, address, keeper.logFile(name), ended),
        ended.then((which) => {
          throw new UserError(
            `${which} did not start. The end of ${keeper.logFile(which)}:\n${lastLines(keeper.logFile(which))}`,
          );
        }),
      ]);
    return { ...addresses, setTargets, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** By a rename: Prometheus reads the file whenever it changes. */
function writeTargets(file: string, targets: readonly Target[]): void {
  const text = JSON.stringify(targets.map(({ address, labels }) => ({ targets: [address], labels })));
  writeFileSync(`${file}.next`, text);
  renameSync(`${file}.next`, file);
}

async function waitUntilReady(
  name: string,
  address: string,
  log: string,
  ended: Promise<unknown>,
): Promise<void> {
  const until = Date.now() + readyLimitMilliseconds;
  const over = new AbortController();
  void ended.then(() => over.abort());
  while (Date.now() < until && !over.signal.aborted) {
    const answer = await fetch(`${address}/-/ready`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await delay(pollMilliseconds);
  }
  throw new UserError(
    `${name} was not ready within ${String(readyLimitMilliseconds / 1000)} s. The end of ${log}:\n${lastLines(log)}`,
  );
}

function lastLines(log: string): string {
  return readFileSync(log, "utf8")
    .trimEnd()
    .split("\n")
    .slice(-10)
    .map((line) => `  ${line}`)
    .join("\n");
}
