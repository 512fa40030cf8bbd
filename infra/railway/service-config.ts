import { digest } from "../shared/digest.ts";
import type { FlyTable } from "../fly/fly-config.ts";
import { processGroupsOf, readFlyConfig, tableOf, tablesOf } from "../fly/fly-config.ts";

/** How a worker runs, as its fly.*.toml has it: what a service of Railway takes over. */
export interface ServiceConfig {
  /** Absent: as the image defines it. */
  readonly startCommand?: string;
  /** Plain variables, the port among them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Path that answers 200 while the worker is healthy. */
  readonly healthPath: string;
  /** For a worker to give its jobs back between SIGTERM and SIGKILL. */
  readonly drainingSeconds: number;
  /** Changes with any of them. */
  readonly digest: string;
}

/** As Fly's own default, in seconds (fly.io/docs/reference/configuration, kill_timeout). */
const usualKillTimeout = 5;

/** What Railway needs of a worker's fly.*.toml and the file does not have, a sentence each. */
export function serviceConfigFaults(text: string, file: string): readonly string[] {
  const config = readFlyConfig(text, file);
  const groups = processGroupsOf(config);
  return [
    ...(groups.length > 1
      ? [`expected one process group for a service of Railway, found ${groups.join(", ")}`]
      : []),
    ...(httpCheckOf(config)
      ? []
      : ['expected a [checks.…] section with type = "http" and a path, which Railway asks for']),
    ...(config["kill_signal"] === "SIGTERM" ? [] : ['expected kill_signal = "SIGTERM", which Railway sends']),
    ...(tablesOf(config["services"]).length + tablesOf(config["http_service"]).length > 0
      ? ["expected no service: a worker on Railway has no public address"]
      : []),
  ].map((fault) => `${file}: ${fault}`);
}

function httpCheckOf(config: FlyTable): FlyTable | undefined {
  return Object.values(tableOf(config["checks"]))
    .map(tableOf)
    .find(({ type, path }) => type === "http" && typeof path === "string");
}

/**
 * Reads from a worker's fly.*.toml what does not depend on the host: command, variables, health check and the time for a
 * stop. So the declaration of a worker stays where it is when the worker moves. Size, regions and strategy are Fly's alone.
 *
 * @throws Error with all faults: what Railway needs and the file does not have.
 */
export function serviceConfigOf(text: string, file: string): ServiceConfig {
  const config = readFlyConfig(text, file);
  const faults = serviceConfigFaults(text, file);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const [group = "app"] = processGroupsOf(config);
  const command = tableOf(config["processes"])[group];
  const check = httpCheckOf(config);
  const port = check?.["port"];
  const found = {
    ...(typeof command === "string" && command !== "" ? { startCommand: command } : {}),
    variables: {
      ...(typeof port === "number" ? { PORT: String(port) } : {}),
      ...Object.fromEntries(
        Object.entries(tableOf(config["env"])).map(([name, value]) => [name, String(value)]),
      ),
    },
    healthPath: String(check?.["path"]),
    drainingSeconds: secondsOf(config["kill_timeout"]),
  };
  return { ...found, digest: digest(found) };
}

/** A number of seconds, or a text such as `30s` or `2m`. */
function secondsOf(value: unknown): number {
  if (typeof value === "number") return value;
  const [, number, unit] = /^(\d+)(s|m)$/.exec(typeof value === "string" ? value : "") ?? [];
  return number === undefined ? usualKillTimeout : Number(number) * (unit === "m" ? 60 : 1);
}
