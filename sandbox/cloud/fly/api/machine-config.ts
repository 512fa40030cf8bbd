import { z } from "zod";

/**
 * Bodies of the Machines API, from superfly/fly-go (machine_types.go) and the vendor's OpenAPI document. Fields that the
 * sandbox acts on are spelled out; the others are known by name and kept, so that they come back as they were sent.
 */

/** Fly's durations: Go's text form, or nanoseconds as a number. */
export const duration = z.union([
  z.string().regex(/^([0-9.]+(ns|us|µs|ms|s|m|h))+$|^[0-9]+$/),
  z.number().nonnegative(),
]);
export type Duration = z.infer<typeof duration>;

const kept = z.unknown().optional();
const commandLine = z.array(z.string()).nullish();

export const machineCheck = z.strictObject({
  port: z.number().int().positive().optional(),
  type: z.enum(["http", "tcp"]).optional(),
  kind: z.enum(["informational", "readiness"]).optional(),
  interval: duration.optional(),
  timeout: duration.optional(),
  grace_period: duration.optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  protocol: z.string().optional(),
  tls_skip_verify: z.boolean().optional(),
  tls_server_name: z.string().optional(),
  headers: z.array(z.strictObject({ name: z.string(), values: z.array(z.string()) })).nullish(),
});
export type MachineCheck = z.infer<typeof machineCheck>;

const machineService = z.looseObject({
  protocol: z.string().optional(),
  internal_port: z.number().int().positive().optional(),
  checks: z.array(machineCheck).nullish(),
});

const machineProcess = z.looseObject({
  exec: commandLine,
  entrypoint: commandLine,
  cmd: commandLine,
  env: z.record(z.string(), z.string()).nullish(),
});

export const machineConfig = z.strictObject({
  image: z.string().min(1).optional(),
  env: z.record(z.string(), z.string()).nullish(),
  init: z
    .strictObject({
      exec: commandLine,
      entrypoint: commandLine,
      cmd: commandLine,
      tty: z.boolean().optional(),
      swap_size_mb: z.number().int().nullish(),
      kernel_args: commandLine,
    })
    .optional(),
  guest: z
    .strictObject({
      cpu_kind: z.string().optional(),
      cpus: z.number().int().positive().optional(),
      memory_mb: z.number().int().positive().optional(),
      max_memory_mb: z.number().int().optional(),
      gpus: z.number().int().optional(),
      gpu_kind: z.string().optional(),
      host_dedication_id: z.string().optional(),
      persist_rootfs: z.string().optional(),
      kernel_args: commandLine,
    })
    .nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  services: z.array(machineService).nullish(),
  checks: z.record(z.string(), machineCheck).nullish(),
  processes: z.array(machineProcess).nullish(),
  restart: z
    .strictObject({
      policy: z.enum(["", "no", "always", "on-failure", "spot-price"]).optional(),
      max_retries: z.number().int().nonnegative().optional(),
      gpu_bid_price: z.number().optional(),
    })
    .nullish(),
  stop_config: z.strictObject({ timeout: duration.nullish(), signal: z.string().nullish() }).nullish(),
  auto_destroy: z.boolean().optional(),
  standbys: z.array(z.string()).nullish(),
  mounts: kept,
  metrics: kept,
  statics: kept,
  files: kept,
  schedule: kept,
  dns: kept,
  containers: kept,
  volumes: kept,
  rootfs: kept,
  cache_drive: kept,
  spot: kept,
  size: kept,
  disable_machine_autostart: kept,
});
export type MachineConfig = z.infer<typeof machineConfig>;

/** The body of a create and of an update. */
export const launchMachineInput = z.strictObject({
  config: machineConfig,
  region: z.string().optional(),
  name: z.string().optional(),
  skip_launch: z.boolean().optional(),
  skip_service_registration: z.boolean().optional(),
  skip_secrets: z.boolean().optional(),
  min_secrets_version: z.number().int().nonnegative().nullish(),
  lease_ttl: z.number().int().nonnegative().optional(),
  current_version: z.string().optional(),
});
export type LaunchMachineInput = z.infer<typeof launchMachineInput>;

const unitMilliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a duration; a bare number in text is seconds, a JSON number nanoseconds. */
export function milliseconds(value: Duration): number {
  if (typeof value === "number") return value / 1e6;
  if (/^[0-9]+$/.test(value)) return Number(value) * 1000;
  return [...value.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (unitMilliseconds[unit ?? ""] ?? 0),
    0,
  );
}
