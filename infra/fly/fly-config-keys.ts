import type { FlyTable } from "./fly-config.ts";
import { tableOf, tablesOf } from "./fly-config.ts";

const httpCheck = [
  ...["interval", "timeout", "grace_period", "restart_limit"],
  ...["method", "path", "protocol", "tls_skip_verify", "tls_server_name", "headers"],
];
const serviceKeys = [
  ...["internal_port", "auto_stop_machines", "auto_start_machines", "min_machines_running"],
  ...["concurrency", "processes"],
];

/**
 * The keys of a fly.*.toml that a rollout works with (superfly/flyctl v0.4.80, internal/appconfig). Below a section that is
 * not listed everything is accepted: names of variables, checks, groups.
 */
const supported: Readonly<Record<string, readonly string[]>> = {
  "": [
    ...["app", "primary_region", "kill_signal", "kill_timeout", "swap_size_mb", "console_command"],
    ...["host_dedication_id", "experimental", "build", "deploy", "env", "processes"],
    ...["http_service", "services", "checks", "restart", "vm", "metrics"],
  ],
  // What flyctl no longer reads, or what is about a person's own use of flyctl.
  experimental: ["auto_rollback", "allowed_public_ports", "private_network", "use_zstd", "lazy_load_images"],
  build: ["dockerfile", "args", "ignorefile", "build-target"],
  deploy: [...["strategy", "wait_timeout", "max_unavailable", "release_command", "release_command_timeout"]],
  http_service: ["force_https", "checks", ...serviceKeys],
  services: ["protocol", "ports", "tcp_checks", "http_checks", ...serviceKeys],
  "http_service.checks": httpCheck,
  "services.http_checks": httpCheck,
  "services.tcp_checks": ["interval", "timeout", "grace_period", "restart_limit"],
  restart: ["policy", "retries", "processes"],
  vm: [
    ...["size", "memory", "memory_mb", "cpu_kind", "cpus", "gpu_kind", "gpus", "kernel_args", "processes"],
  ],
  metrics: ["port", "path", "https", "processes"],
};
const checkKeys = [...httpCheck, "port", "type", "kind", "processes"];

/** Why a key that flyctl knows is refused. */
const reasons: Readonly<Record<string, string>> = {
  mounts:
    "a volume belongs to one machine, so that a second machine, a canary or a rollback would start without its data. " +
    "Keep the data in the database or in a bucket, and delete the section",
  machine_checks:
    "flyctl would run machines of its own for them, past the count of the settings. A [checks.…] section and the smoke test do that work",
  statics: "a worker has no visitors. Serve the files from the web, and delete the section",
  files: "they are not part of the release. COPY them into the image",
  "build.image": "the rollout builds the image of each release itself. Delete the key",
  "build.builder": "the rollout builds Dockerfile.worker. Delete the key",
  "build.buildpacks": "the rollout builds Dockerfile.worker. Delete the key",
  "build.builtin": "the rollout builds Dockerfile.worker. Delete the key",
  "build.settings": "the rollout builds Dockerfile.worker. Delete the key",
  "build.build_target": "flyctl reads build-target. Correct the key",
  "build.target": "flyctl reads build-target. Correct the key",
  "deploy.seed_command": "the rollout fills no database. Delete the key",
  "experimental.cmd": "use [processes] for the command",
  "experimental.entrypoint": "use ENTRYPOINT of the Dockerfile",
  "experimental.exec": "use [processes] for the command",
};

/** A sentence for each key that a rollout does not work with: flyctl would find it only when the rollout has begun. */
export function keyFaults(config: FlyTable): readonly string[] {
  const faults: string[] = [];
  const check = (path: string, keys: readonly string[] | undefined, value: unknown): void => {
    if (!keys) return;
    for (const each of tablesOf(value))
      for (const [key, inner] of Object.entries(each)) {
        const at = path === "" ? key : `${path}.${key}`;
        if (keys.includes(key)) check(at, supported[at], inner);
        else faults.push(`${at} is not supported: ${reasonFor(at, key)}`);
      }
  };
  check("", supported[""], config);
  for (const [name, each] of Object.entries(tableOf(config["checks"])))
    check(`checks.${name}`, checkKeys, each);
  return [...new Set(faults)];
}

function reasonFor(path: string, key: string): string {
  return (
    reasons[path] ?? reasons[key] ?? "misspelt, or nothing that a rollout works with. Correct or delete it"
  );
}
