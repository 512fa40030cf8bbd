import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { CommandError } from "./command-error.ts";

/** The part of fly.toml that this emulator acts on. */
export interface AppConfig {
  readonly file: string;
  /** As it was written; goes into the release record. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly app: string | undefined;
  readonly primaryRegion: string | undefined;
  readonly killSignal: string | undefined;
  readonly killTimeout: string | undefined;
  readonly swapSizeMb: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Command line by process group; undefined when the image's own command is to run in the group `app`. */
  readonly processes: Readonly<Record<string, string>> | undefined;
  readonly checks: Readonly<Record<string, Table>>;
  readonly services: readonly Table[];
  readonly vms: readonly Table[];
  readonly restarts: readonly Table[];
  readonly metrics: readonly Table[];
  readonly image: string | undefined;
  readonly dockerfile: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly buildTarget: string | undefined;
  readonly ignoreFile: string | undefined;
  readonly strategy: string | undefined;
  readonly waitTimeout: string | undefined;
  readonly maxUnavailable: number | undefined;
  readonly releaseCommand: string | undefined;
  readonly releaseCommandTimeout: string | undefined;
}

export type Table = Readonly<Record<string, unknown>>;

const processesKey = ["processes"];
// flyctl reads restart_limit and does nothing with it.
const checkKeys = ["interval", "timeout", "grace_period", "restart_limit"];
const httpCheckKeys = [
  ...checkKeys,
  "method",
  "path",
  "protocol",
  "tls_skip_verify",
  "tls_server_name",
  "headers",
];

/** Keys of the vendor's fly.toml (internal/appconfig of flyctl); what is not here is refused, as a typing error would be. */
const known: Readonly<Record<string, readonly string[]>> = {
  "": [
    "app",
    "primary_region",
    "kill_signal",
    "kill_timeout",
    "swap_size_mb",
    "console_command",
    "host_dedication_id",
    "experimental",
    "build",
    "deploy",
    "env",
    "processes",
    "http_service",
    "services",
    "checks",
    "restart",
    "vm",
    "metrics",
  ],
  build: ["image", "dockerfile", "args", "ignorefile", "build-target"],
  // Those that change nothing of a machine.
  experimental: ["auto_rollback", "allowed_public_ports", "private_network", "use_zstd", "lazy_load_images"],
  deploy: ["strategy", "wait_timeout", "max_unavailable", "release_command", "release_command_timeout"],
  http_service: [
    "internal_port",
    "force_https",
    "auto_stop_machines",
    "auto_start_machines",
    "min_machines_running",
    "concurrency",
    "checks",
    ...processesKey,
  ],
  services: [
    "protocol",
    "internal_port",
    "ports",
    "auto_stop_machines",
    "auto_start_machines",
    "min_machines_running",
    "concurrency",
    "tcp_checks",
    "http_checks",
    ...processesKey,
  ],
  "http_service.checks": httpCheckKeys,
  "services.http_checks": httpCheckKeys,
  "services.tcp_checks": checkKeys,
  "checks.*": [...httpCheckKeys, "port", "type", "kind", ...processesKey],
  restart: ["policy", "retries", ...processesKey],
  vm: ["size", "memory", "cpu_kind", "cpus", "memory_mb", "gpu_kind", "gpus", "kernel_args", ...processesKey],
  metrics: ["port", "path", "https", ...processesKey],
};

export function readFlyToml(file: string): AppConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`the config for your app could not be read: ${(error as Error).message}`);
  }
  let root: Table;
  try {
    root = parse(text);
  } catch (error) {
    throw new CommandError(`failed to parse ${file}: ${(error as Error).message}`);
  }
  refuseUnknown(file, root);
  return configOf(file, root);
}

/** A config from its tables: of a file, or as a release has recorded it. */
export function configOf(file: string, root: Table): AppConfig {
  const build = table(root["build"]);
  const deploy = table(root["deploy"]);
  const httpService = table(root["http_service"]);
  const processes = textTable(root["processes"]);
  return {
    file,
    definition: root,
    app: optionalText(root["app"]),
    primaryRegion: optionalText(root["primary_region"]),
    killSignal: optionalText(root["kill_signal"]),
    killTimeout: durationText(root["kill_timeout"]),
    swapSizeMb: typeof root["swap_size_mb"] === "number" ? root["swap_size_mb"] : undefined,
    env: textTable(root["env"]),
    processes: Object.keys(processes).length === 0 ? undefined : processes,
    checks: Object.fromEntries(
      Object.entries(table(root["checks"])).map(([name, each]) => [name, table(each)]),
    ),
    services: [
      ...(Object.keys(httpService).length === 0
        ? []
        : [{ ...httpService, http_checks: httpService["checks"] }]),
      ...tables(root["services"]),
    ],
    vms: tables(root["vm"]),
    restarts: tables(root["restart"]),
    metrics: tables(root["metrics"]),
    image: optionalText(build["image"]),
    dockerfile: optionalText(build["dockerfile"]),
    buildArgs: textTable(build["args"]),
    buildTarget: optionalText(build["build-target"]),
    ignoreFile: optionalText(build["ignorefile"]),
    strategy: optionalText(deploy["strategy"]),
    waitTimeout: durationText(deploy["wait_timeout"]),
    maxUnavailable: typeof deploy["max_unavailable"] === "number" ? deploy["max_unavailable"] : undefined,
    releaseCommand: optionalText(deploy["release_command"]),
    releaseCommandTimeout: durationText(deploy["release_command_timeout"]),
  };
}

function refuseUnknown(file: string, root: Table): void {
  const unknown: string[] = [];
  const check = (path: string, shape: string, value: unknown): void => {
    const keys = known[shape];
    if (!keys) return;
    for (const each of tables(value))
      for (const [key, inner] of Object.entries(each)) {
        const at = path === "" ? key : `${path}.${key}`;
        if (!keys.includes(key)) unknown.push(at);
        else check(at, shape === "" ? key : `${shape}.${key}`, inner);
      }
  };
  check("", "", root);
  for (const [name, each] of Object.entries(table(root["checks"]))) check(`checks.${name}`, "checks.*", each);
  if (unknown.length > 0)
    throw new CommandError(
      `${file} has keys that this sandbox does not know: ${unknown.join(", ")}. They are misspelt, or not in this sandbox yet`,
    );
}

export function table(value: unknown): Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};
}

/** One table or several: fly.toml allows `[vm]` and `[[vm]]`. */
export function tables(value: unknown): readonly Table[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(table);
}

export function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function textTable(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(table(value)).map(([key, each]) => [
      key,
      typeof each === "string" ? each : JSON.stringify(each),
    ]),
  );
}

/** A bare number in fly.toml is seconds. */
export function durationText(value: unknown): string | undefined {
  return typeof value === "number" ? `${value}s` : optionalText(value);
}
