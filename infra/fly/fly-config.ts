/** What the settings say of the machines where a fly.*.toml would say another thing. */
export interface MachineSettings {
  /** Where a first machine is made. */
  readonly primaryRegion?: string | undefined;
  readonly cpuKind?: string | undefined;
  readonly cpus?: number | undefined;
  readonly memoryMb?: number | undefined;
}

/**
 * The text of a fly.*.toml with the settings in the place of its own values: flyctl takes a machine's size from there
 * alone (superfly/flyctl, internal/command/deploy/machines_launchinput.go), so a setting has to stand in it.
 *
 * @throws Error when the file does not have the line that a setting is for, exactly once.
 */
export function withMachineSettings(text: string, settings: MachineSettings, file: string): string {
  const { primaryRegion, cpuKind, cpus, memoryMb } = settings;
  const values: Readonly<Record<string, string | undefined>> = {
    primary_region: primaryRegion && `"${primaryRegion}"`,
    cpu_kind: cpuKind && `"${cpuKind}"`,
    cpus: cpus === undefined ? undefined : String(cpus),
    memory: memoryMb === undefined ? undefined : `"${String(memoryMb)}mb"`,
  };
  return Object.entries(values).reduce(
    (edited, [key, value]) => (value === undefined ? edited : replaceValue(edited, key, value, file)),
    text,
  );
}

/** The region that a fly.*.toml begins in. */
export function primaryRegionOf(text: string, file: string): string {
  const [, region] = /^primary_region\s*=\s*"([a-z]{3})"/m.exec(text) ?? [];
  if (!region) throw new Error(`${file}: expected a line like primary_region = "fra", found none. Add it`);
  return region;
}

function replaceValue(text: string, key: string, value: string, file: string): string {
  const line = new RegExp(`^${key}\\s*=.*$`, "gm");
  const found = text.match(line)?.length ?? 0;
  if (found !== 1)
    throw new Error(
      `${file}: expected one line with ${key} for the setting to take the place of, found ${String(found)}. ` +
        "Add the line, or take the setting out of atlaris:fly.machines",
    );
  return text.replace(line, `${key} = ${value}`);
}
