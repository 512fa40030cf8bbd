import type { TomlTable } from "smol-toml";
import { parse, stringify } from "smol-toml";
import { sameValue } from "../shared/same-value.ts";

/** A table of a fly.*.toml. */
export type FlyTable = Readonly<Record<string, unknown>>;

/** What the settings set of the machines where a fly.*.toml would set another value. */
export interface MachineSettings {
  /** Where a first machine is made. */
  readonly primaryRegion?: string | undefined;
  readonly cpuKind?: string | undefined;
  readonly cpus?: number | undefined;
  readonly memoryMb?: number | undefined;
}

/**
 * The tables of a fly.*.toml. Whatever reads such a file reads it through here.
 *
 * @throws Error that names the file and the line where it is no TOML.
 */
export function readFlyConfig(text: string, file: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${file} is no valid TOML: ${(error as Error).message}`, { cause: error });
  }
}

/** A table, or no keys where there is none. */
export function tableOf(value: unknown): FlyTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as FlyTable) : {};
}

/** One table or several: a fly.*.toml may have `[vm]` and `[[vm]]`. */
export function tablesOf(value: unknown): readonly FlyTable[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(tableOf);
}

/** The process groups; flyctl calls the one of a file without any `app`. */
export function processGroupsOf(config: FlyTable): readonly string[] {
  const groups = Object.keys(tableOf(config["processes"]));
  return groups.length === 0 ? ["app"] : groups;
}

/**
 * The text of a fly.*.toml with the settings in the place of its own values: flyctl takes a machine's size from there
 * alone (superfly/flyctl, internal/command/deploy/machines_launchinput.go), so a setting has to stand in it.
 */
export function withMachineSettings(text: string, settings: MachineSettings, file: string): string {
  const { primaryRegion, cpuKind, cpus, memoryMb } = settings;
  const memory = memoryMb === undefined ? undefined : `${String(memoryMb)}mb`;
  if ([primaryRegion, cpuKind, cpus, memory].every((value) => value === undefined)) return text;
  const wanted = readFlyConfig(text, file);
  if (primaryRegion !== undefined) wanted["primary_region"] = primaryRegion;
  if (cpuKind !== undefined || cpus !== undefined || memory !== undefined) {
    const machines = tablesOf(wanted["vm"]).length === 0 ? [{}] : tablesOf(wanted["vm"]);
    wanted["vm"] = machines.map((machine) => {
      const { memory_mb: megabytes, ...others } = machine as TomlTable;
      return {
        ...others,
        ...(megabytes === undefined || memory !== undefined ? {} : { memory_mb: megabytes }),
        ...(cpuKind === undefined ? {} : { cpu_kind: cpuKind }),
        ...(cpus === undefined ? {} : { cpus }),
        ...(memory === undefined ? {} : { memory }),
      };
    });
  }
  // The digest of this text is in the states of deployments: where lines can be replaced, the others stay as they are.
  const edited = replaceLines(text, {
    primary_region: primaryRegion && `"${primaryRegion}"`,
    cpu_kind: cpuKind && `"${cpuKind}"`,
    cpus: cpus === undefined ? undefined : String(cpus),
    memory: memory && `"${memory}"`,
  });
  return isSameConfig(edited, wanted) ? edited : stringify(wanted);
}

/** The region that a fly.*.toml begins in. */
export function primaryRegionOf(text: string, file: string): string {
  const region = readFlyConfig(text, file)["primary_region"];
  if (typeof region !== "string" || !/^[a-z]{3}$/.test(region))
    throw new Error(
      `${file}: expected a line like primary_region = "fra", found ${region === undefined ? "none" : JSON.stringify(region)}. Add it`,
    );
  return region;
}

function replaceLines(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values).reduce(
    (edited, [key, value]) =>
      value === undefined ? edited : edited.replace(new RegExp(`^${key}\\s*=.*$`, "gm"), `${key} = ${value}`),
    text,
  );
}

function isSameConfig(text: string, wanted: TomlTable): boolean {
  try {
    const found = parse(text);
    return sameValue({ ...found, vm: tablesOf(found["vm"]) }, { ...wanted, vm: tablesOf(wanted["vm"]) });
  } catch {
    return false;
  }
}
