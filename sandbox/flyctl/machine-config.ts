import { CommandError } from "./command-error.ts";
import { type AppConfig, durationText, optionalText, type Table, table, tables } from "./fly-toml.ts";
import { shellWords } from "./shell-words.ts";

/** A machine's config as the Machines API takes it; only what flyctl itself sets is spelled out. */
export interface MachineConfig {
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checks?: Readonly<Record<string, Table>>;
  readonly services?: readonly Table[];
  readonly standbys?: readonly string[];
  readonly [other: string]: unknown;
}

export interface ReleaseIdentity {
  readonly id: string;
  readonly version: number;
}

export function processGroups(config: AppConfig): readonly string[] {
  return config.processes ? Object.keys(config.processes).sort() : ["app"];
}

/** Whether a section with a `processes` list is meant for the group; one without a list is for all. */
function isFor(group: string, section: Table): boolean {
  const { processes } = section;
  return !Array.isArray(processes) || processes.length === 0 || processes.includes(group);
}

/**
 * What fly.toml has of one process group, as a machine's config. As flyctl does, an existing machine keeps what
 * fly.toml does not speak of: its guest, its standbys, its metadata.
 */
export function machineConfigFor(
  config: AppConfig,
  group: string,
  image: string,
  release: ReleaseIdentity,
  envFromFlags: Readonly<Record<string, string>>,
  existing?: MachineConfig,
): MachineConfig {
  const command = config.processes?.[group];
  const services = config.services.filter((each) => isFor(group, each)).map(toService);
  const vm = config.vms.find((each) => isFor(group, each));
  const restart = config.restarts.find((each) => isFor(group, each));
  const metrics = config.metrics.find((each) => isFor(group, each));
  const checks = Object.entries(config.checks)
    .filter(([, check]) => isFor(group, check))
    .map(([name, check]): [string, Table] => [name, toCheck(name, group, check, config)]);
  return {
    ...(existing?.["guest"] === undefined ? {} : { guest: existing["guest"] }),
    ...(existing?.standbys === undefined || services.length > 0 ? {} : { standbys: existing.standbys }),
    ...(vm ? { guest: toGuest(vm) } : {}),
    image,
    env: {
      ...config.env,
      ...envFromFlags,
      FLY_PROCESS_GROUP: group,
      ...(config.primaryRegion === undefined ? {} : { PRIMARY_REGION: config.primaryRegion }),
    },
    init: {
      // Go leaves an empty list out of the JSON, so that the image's own command runs.
      ...(command === undefined || command.trim() === "" ? {} : { cmd: shellWords(command) }),
      ...(config.swapSizeMb === undefined ? {} : { swap_size_mb: config.swapSizeMb }),
    },
    metadata: {
      ...existing?.metadata,
      fly_platform_version: "v2",
      fly_process_group: group,
      ...releaseMetadata(release),
    },
    ...(services.length === 0 ? {} : { services }),
    ...(checks.length === 0 ? {} : { checks: Object.fromEntries(checks) }),
    ...(metrics ? { metrics: { port: metrics["port"], path: metrics["path"] } } : {}),
    ...stopConfig(config),
    ...(restart ? { restart: toRestart(restart) } : {}),
  };
}

export function releaseMetadata(release: ReleaseIdentity): Record<string, string> {
  return {
    fly_flyctl_version: version,
    fly_release_id: release.id,
    fly_release_version: String(release.version),
  };
}

/** How many checks a machine of this config has, its own and its services'. */
export function countChecks(config: MachineConfig): number {
  const ofServices = (config.services ?? []).map(({ checks }) => (Array.isArray(checks) ? checks.length : 0));
  return Object.keys(config.checks ?? {}).length + ofServices.reduce((sum, count) => sum + count, 0);
}

/** A machine that runs `[deploy] release_command` once and destroys itself (appconfig/machines.go, ToReleaseMachineConfig). */
export function releaseCommandConfig(
  config: AppConfig,
  command: string,
  image: string,
  release: ReleaseIdentity,
): MachineConfig {
  const group = "fly_app_release_command";
  return {
    image,
    init: { cmd: shellWords(command) },
    restart: { policy: "no" },
    auto_destroy: true,
    dns: { skip_registration: true },
    guest: { cpu_kind: "shared", cpus: 2, memory_mb: 512 },
    env: {
      ...config.env,
      RELEASE_COMMAND: "1",
      FLY_PROCESS_GROUP: group,
      ...(config.primaryRegion === undefined ? {} : { PRIMARY_REGION: config.primaryRegion }),
    },
    metadata: { fly_platform_version: "v2", fly_process_group: group, ...releaseMetadata(release) },
    ...stopConfig(config),
  };
}

function stopConfig({ killSignal, killTimeout }: AppConfig): Readonly<Record<string, unknown>> {
  return killSignal === undefined && killTimeout === undefined
    ? {}
    : { stop_config: { signal: killSignal, timeout: killTimeout } };
}

/** The version that this emulator names itself by; a word that no real flyctl has. */
export const version = "0.0.0-sandbox";

function toRestart(section: Table): Table {
  const policies: Readonly<Record<string, string>> = {
    always: "always",
    "on-failure": "on-failure",
    never: "no",
  };
  const policy = policies[optionalText(section["policy"]) ?? ""];
  if (policy === undefined)
    throw new CommandError(
      `invalid restart policy: ${optionalText(section["policy"]) ?? ""}; one of ${Object.keys(policies).join(", ")}`,
    );
  return { policy, ...(section["retries"] === undefined ? {} : { max_retries: section["retries"] }) };
}

function toCheck(name: string, group: string, check: Table, config: AppConfig): Table {
  const port = check["port"] ?? config.services.find((each) => isFor(group, each))?.["internal_port"];
  if (port === undefined)
    throw new CommandError(
      `Check '${name}' for process group '${group}' has no port set and the group has no http_service to take it from`,
    );
  return {
    ...probeOf(check),
    port,
    type: check["type"] ?? "tcp",
    ...(check["kind"] ? { kind: check["kind"] } : {}),
  };
}

function probeOf(check: Table): Table {
  const times = Object.fromEntries(
    ["interval", "timeout", "grace_period"]
      .map((key) => [key, durationText(check[key])] as const)
      .filter(([, value]) => value !== undefined),
  );
  const http = Object.fromEntries(
    ["method", "path", "protocol", "tls_skip_verify", "tls_server_name"]
      .filter((key) => check[key] !== undefined)
      .map((key) => [key, check[key]]),
  );
  const headers = Object.entries(table(check["headers"])).map(([name, value]) => ({
    name,
    values: [String(value)],
  }));
  return { ...times, ...http, ...(headers.length === 0 ? {} : { headers }) };
}

function toService(section: Table): Table {
  const port = section["internal_port"] ?? 8080;
  const checks = [
    ...tables(section["http_checks"]).map((check) => ({ ...probeOf(check), type: "http", port })),
    ...tables(section["tcp_checks"]).map((check) => ({ ...probeOf(check), type: "tcp", port })),
  ];
  const { auto_stop_machines: autostop, auto_start_machines: autostart } = section;
  return {
    protocol: section["protocol"] ?? "tcp",
    internal_port: port,
    ports: section["ports"] ?? [
      { port: 80, handlers: ["http"], force_https: section["force_https"] ?? false },
      { port: 443, handlers: ["http", "tls"] },
    ],
    ...(autostop === undefined ? {} : { autostop }),
    ...(autostart === undefined ? {} : { autostart }),
    ...(section["min_machines_running"] === undefined
      ? {}
      : { min_machines_running: section["min_machines_running"] }),
    ...(section["concurrency"] === undefined ? {} : { concurrency: section["concurrency"] }),
    ...(checks.length === 0 ? {} : { checks }),
  };
}

/** Sizes of the vendor's shared and performance CPUs: memory that comes with a CPU, in megabytes. */
function toGuest(vm: Table): Table {
  const size = optionalText(vm["size"]) ?? "shared-cpu-1x";
  const [, kind, cpus] = /^(shared-cpu|performance)-(1|2|4|8|16)x$/.exec(size) ?? [];
  if (kind === undefined || cpus === undefined)
    throw new CommandError(
      `invalid machine size requested, '${size}', available: shared-cpu-1x … performance-16x`,
    );
  const memory = optionalText(vm["memory"]);
  return {
    cpu_kind: vm["cpu_kind"] ?? (kind === "shared-cpu" ? "shared" : "performance"),
    cpus: vm["cpus"] ?? Number(cpus),
    memory_mb:
      vm["memory_mb"] ??
      (memory === undefined ? Number(cpus) * (kind === "shared-cpu" ? 256 : 2048) : megabytes(memory)),
  };
}

function megabytes(text: string): number {
  const [, amount, unit = "mb"] = /^(\d+)\s*(mb|gb|m|g)?$/i.exec(text) ?? [];
  if (amount === undefined)
    throw new CommandError(`invalid memory size: '${text}'; for example 256mb or 1gb`);
  return Number(amount) * (unit.toLowerCase().startsWith("g") ? 1024 : 1);
}
