import { z } from "zod";

/**
 * Machines as the vendor's document has them (components.schemas of its openapi.json: Machine, MachineEvent, CheckStatus,
 * ImageRef, fly.MachineConfig and what that refers to), and superfly/fly-go, machine_types.go, reads and writes them. The
 * document calls no field required; required here is what flyctl cannot do without.
 */
const time = z.iso.datetime();
const whole = z.int();
const text = z.string();
const texts = z.array(text);
const textMap = z.record(z.string(), text);
/** Go's text form; fly-go reads nanoseconds as a number too (duration.go). */
const duration = z.union([text, z.number()]);

const header = z.strictObject({ name: text, values: texts });
const check = z.strictObject({
  grace_period: duration.optional(),
  headers: z.array(header).nullish(),
  interval: duration.optional(),
  kind: z.enum(["informational", "readiness"]).optional(),
  method: text.optional(),
  path: text.optional(),
  port: whole.optional(),
  protocol: text.optional(),
  timeout: duration.optional(),
  tls_server_name: text.optional(),
  tls_skip_verify: z.boolean().optional(),
  type: text.optional(),
});
const port = z.strictObject({
  end_port: whole.optional(),
  force_https: z.boolean().optional(),
  handlers: texts.nullish(),
  http_options: z.unknown().optional(),
  port: whole.optional(),
  proxy_proto_options: z.strictObject({ version: text.optional() }).optional(),
  start_port: whole.optional(),
  tls_options: z.unknown().optional(),
});
const service = z.strictObject({
  autostart: z.boolean().optional(),
  // The API still answers with booleans for "off" and "stop", as documented.
  autostop: z.union([z.boolean(), z.enum(["off", "stop", "suspend"])]).optional(),
  checks: z.array(check.omit({ kind: true })).nullish(),
  concurrency: z
    .strictObject({ hard_limit: whole.optional(), soft_limit: whole.optional(), type: text.optional() })
    .nullish(),
  force_instance_description: text.nullish(),
  force_instance_key: text.nullish(),
  internal_port: whole.optional(),
  min_machines_running: whole.optional(),
  ports: z.array(port).nullish(),
  protocol: text.optional(),
});
const signal = z.enum(["SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGTERM"]);

export const machineConfig = z.strictObject({
  auto_destroy: z.boolean().optional(),
  cache_drive: z.unknown().optional(),
  checks: z.record(z.string(), check).nullish(),
  containers: z.array(z.unknown()).optional(),
  disable_machine_autostart: z.boolean().optional(),
  dns: z.unknown().optional(),
  env: textMap.nullish(),
  files: z.array(z.unknown()).nullish(),
  guest: z
    .strictObject({
      cpu_kind: text.optional(),
      cpus: whole.optional(),
      gpu_kind: text.optional(),
      gpus: whole.optional(),
      host_dedication_id: text.optional(),
      kernel_args: texts.optional(),
      max_memory_mb: whole.optional(),
      memory_mb: whole.optional(),
      persist_rootfs: z.enum(["never", "always", "restart"]).optional(),
    })
    .nullish(),
  image: text.optional(),
  init: z
    .strictObject({
      cmd: texts.nullish(),
      entrypoint: texts.nullish(),
      exec: texts.nullish(),
      kernel_args: texts.nullish(),
      swap_size_mb: whole.nullish(),
      tty: z.boolean().optional(),
    })
    .optional(),
  metadata: textMap.nullish(),
  metrics: z
    .strictObject({ https: z.boolean().optional(), path: text.optional(), port: whole.optional() })
    .nullish(),
  mounts: z.array(z.unknown()).nullish(),
  processes: z
    .array(
      z.strictObject({
        cmd: texts.nullish(),
        entrypoint: texts.nullish(),
        env: textMap.nullish(),
        env_from: z.array(z.unknown()).optional(),
        exec: texts.nullish(),
        ignore_app_secrets: z.boolean().optional(),
        secrets: z.array(z.unknown()).optional(),
        user: text.optional(),
      }),
    )
    .nullish(),
  restart: z
    .strictObject({
      gpu_bid_price: z.number().optional(),
      max_retries: whole.optional(),
      policy: z.enum(["no", "always", "on-failure", "spot-price"]).optional(),
    })
    .nullish(),
  rootfs: z.unknown().optional(),
  schedule: text.optional(),
  services: z.array(service).nullish(),
  size: text.optional(),
  spot: z.unknown().optional(),
  standbys: texts.nullish(),
  statics: z.array(z.unknown()).nullish(),
  stop_config: z.strictObject({ signal: signal.optional(), timeout: duration.optional() }).nullish(),
  // fly-go only: volumes of containers.
  volumes: z.array(z.unknown()).nullish(),
});

const exit = z.strictObject({
  exit_code: whole.optional(),
  guest_exit_code: whole.optional(),
  guest_signal: whole.optional(),
  oom_killed: z.boolean().optional(),
  requested_stop: z.boolean().optional(),
  restarting: z.boolean().optional(),
  signal: whole.optional(),
  exited_at: time,
});
export const machineEvent = z.strictObject({
  id: text,
  type: text,
  status: text,
  source: text,
  timestamp: whole,
  // An object in the document; its fields are those of fly-go's MachineRequest.
  request: z
    .strictObject({
      exit_event: exit.optional(),
      MonitorEvent: z.strictObject({ exit_event: exit.optional() }).optional(),
      restart_count: whole.optional(),
    })
    .optional(),
});

export const machine = z.strictObject({
  id: text,
  name: text,
  state: text,
  region: text,
  instance_id: text,
  private_ip: text,
  created_at: time,
  updated_at: time,
  config: machineConfig,
  image_ref: z.strictObject({
    registry: text,
    repository: text,
    tag: text.optional(),
    digest: text.optional(),
    labels: textMap.nullish(),
  }),
  events: z.array(machineEvent).optional(),
  // Statuses: fly-go's ConsulCheckStatus.
  checks: z
    .array(
      z.strictObject({
        name: text,
        status: z.enum(["critical", "warning", "passing"]),
        output: text.optional(),
        updated_at: time.optional(),
      }),
    )
    .optional(),
  cordoned: z.boolean().optional(),
  host_status: z.enum(["ok", "unknown", "unreachable"]).optional(),
  nonce: text.optional(),
  lease: z.strictObject({ description: text.optional(), expires_at: whole, owner: text }).optional(),
  incomplete_config: machineConfig.nullish(),
  // fly-go only.
  version: text.optional(),
});
