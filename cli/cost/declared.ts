import { primaryRegionOf, readFlyConfig, tablesOf } from "@rollout/infra/fly/fly-config";
import type { EnvironmentKind } from "../../stacks/environments.ts";
import { configOf } from "../../stacks/release/composition.ts";
import type { Settings } from "../../stacks/settings/schema.ts";
import { workersOf } from "../../stacks/settings/workers.ts";

/** The machines of one worker. */
export interface DeclaredMachines {
  readonly name: string;
  readonly count: number;
  readonly cpuKind: "shared" | "performance";
  readonly cpus: number;
  readonly memoryMb: number;
  readonly regions: readonly string[];
  /** The most that a replica on Railway may use, where the worker runs there. */
  readonly onRailway?: { readonly vcpus: number; readonly memoryGb: number };
}

/** Of what an environment declares, that which is charged. */
export interface Declared {
  readonly workers: readonly DeclaredMachines[];
  readonly compute: { readonly minUnits: number; readonly maxUnits: number };
  /** How many are kept. */
  readonly backups: number;
  /** Whether its branch is a root branch, of which changes are kept and charged. */
  readonly keepsHistory: boolean;
  /** The seats of the Vercel team are production's, since the free plan is for no commercial use. */
  readonly takesSeats: boolean;
  /** Whether environments of pull requests are made like it. */
  readonly hasPreviews: boolean;
}

/**
 * Reads settings and fly configs.
 *
 * @param read gives a file of the project.
 * @throws Error where a fly config is none.
 */
export function declaredBy(
  settings: Settings,
  kind: EnvironmentKind,
  read: (file: string) => string,
): Declared {
  const { neon, railway } = settings;
  return {
    workers: workersOf(settings).map(({ name, machines, host }) => {
      const file = configOf(kind, name);
      const text = read(file);
      const { size, count, regions = [primaryRegionOf(text, file)] } = machines;
      const sized = { ...sizeIn(text, file), ...definedOf(size ?? {}) };
      const { vcpus = sized.cpus, memoryGb = sized.memoryMb / 1_024 } = railway?.limits?.[name] ?? {};
      return {
        ...{ name, count, regions, ...sized },
        ...(host === "railway" ? { onRailway: { vcpus, memoryGb } } : {}),
      };
    }),
    compute: neon.compute,
    backups: neon.backups.keep,
    keepsHistory: kind.keepsData,
    takesSeats: kind.target === "production",
    hasPreviews: kind.makesShared,
  };
}

type Size = Pick<DeclaredMachines, "cpuKind" | "cpus" | "memoryMb">;

/** The size of a fly.*.toml: by its fields, or a name such as `performance-2x`; shared-cpu-1x where nothing is said. */
function sizeIn(text: string, file: string): Size {
  const [vm = {}] = tablesOf(readFlyConfig(text, file)["vm"]);
  const name = vm["size"];
  const [, kind, count] =
    (typeof name === "string" ? /^(shared|performance)-(?:cpu-)?(\d+)x$/.exec(name) : undefined) ?? [];
  const cpuKind = (vm["cpu_kind"] ?? kind) === "performance" ? "performance" : "shared";
  const cpus = Number(vm["cpus"] ?? count ?? 1);
  const memory = vm["memory_mb"] ?? vm["memory"];
  const included = cpus * (cpuKind === "shared" ? 256 : 2_048);
  return { cpuKind, cpus, memoryMb: memory === undefined ? included : megabytesIn(memory) };
}

/** `256`, `256mb`, `1gb`. */
function megabytesIn(memory: unknown): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(gb)?/i.exec(String(memory)) ?? [];
  return Number(number ?? 256) * (unit === undefined ? 1 : 1_024);
}

function definedOf(fields: object): Partial<Size> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
