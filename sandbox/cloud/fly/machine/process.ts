import { existsSync } from "node:fs";
import { join } from "node:path";
import { searchPath } from "../builder/run-environment.ts";
import type { Image, Machine } from "../state.ts";

/** How a machine's program is started on this host. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The port that the machine's program is expected on, as its config declares it: PORT, a service's, a check's, or 8080. */
export function declaredPort(machine: Machine): number {
  const { config } = machine;
  const fromEnv = Number(config.env?.["PORT"]);
  if (Number.isInteger(fromEnv) && fromEnv > 0) return fromEnv;
  const fromService = config.services?.find((service) => service.internal_port !== undefined)?.internal_port;
  const fromCheck = Object.values(config.checks ?? {}).find((check) => check.port !== undefined)?.port;
  return fromService ?? fromCheck ?? 8080;
}

/**
 * Without a container, two machines cannot both listen on 8080 of one host: each gets a port of its own as PORT. The
 * environment holds what Fly gives (image, config, secrets, FLY_*), nothing of the clouds' own.
 */
export function planLaunch(machine: Machine, image: Image, rootfs: string, port: number): Launch {
  const { config } = machine;
  const program = config.processes?.[0];
  const line = program?.exec ??
    config.init?.exec ?? [
      ...(program?.entrypoint ?? config.init?.entrypoint ?? image.config.entrypoint),
      ...(program?.cmd ?? config.init?.cmd ?? image.config.cmd),
    ];
  const inside = line.map((word) => (word.startsWith("/") ? insideImage(word, rootfs) : word));
  const env: Record<string, string> = {
    ...image.config.env,
    ...config.env,
    ...program?.env,
    ...machine.secrets,
    FLY_APP_NAME: machine.app,
    FLY_MACHINE_ID: machine.id,
    FLY_ALLOC_ID: machine.id,
    FLY_MACHINE_VERSION: machine.instanceId,
    FLY_REGION: machine.region,
    FLY_IMAGE_REF: config.image ?? "",
    FLY_PROCESS_GROUP: processGroup(machine),
    FLY_VM_MEMORY_MB: String(config.guest?.memory_mb ?? 256),
    PORT: String(port),
  };
  // A machine's network is this host's loopback here: what would listen everywhere listens there only.
  for (const [name, value] of Object.entries(env))
    if (value === "0.0.0.0" || value === "::") env[name] = "127.0.0.1";
  env["PATH"] = searchPath(image.config.env["PATH"] ?? "", rootfs);
  return {
    command: inside[0] ?? "",
    args: inside.slice(1),
    cwd: join(rootfs, image.config.workdir),
    env,
  };
}

/** A path of an image: its file on this host, or the path itself where the image has none. */
export function insideImage(path: string, rootfs: string): string {
  const inside = join(rootfs, path);
  return existsSync(inside) ? inside : path;
}

export function processGroup(machine: Machine): string {
  return machine.config.metadata?.["fly_process_group"] ?? "app";
}
