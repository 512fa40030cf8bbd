import type { Sandbox } from "./sandbox.ts";

interface State {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

interface Step {
  readonly op: string;
  readonly urn: string;
  readonly old: State | null;
  readonly new: State | null;
}

interface EngineEvent {
  readonly resOutputsEvent?: { readonly metadata: Step };
}

/** What a refresh shows: by the name of a resource, its properties that are another, or that it is `gone`. */
export type Report = Readonly<Record<string, readonly string[]>>;

/** Runs `pulumi refresh` and reads the engine's own account of it; the state then has what the clouds have. */
export async function refresh(sandbox: Sandbox): Promise<Report> {
  const words = ["pulumi", "refresh", "--stack", "staging", "--skip-preview", "--json"];
  const ended = await sandbox.run(...words);
  if (ended.status !== 0) throw new Error(`refresh ended with ${String(ended.status)}:\n${ended.output}`);
  const shown = ended.output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => (JSON.parse(line) as EngineEvent).resOutputsEvent?.metadata ?? [])
    .filter(({ op }) => op !== "same")
    .map((step): [string, readonly string[]] => [
      step.urn.split("::").at(-1) ?? "",
      step.op === "delete" ? ["gone"] : changed(step.old, step.new),
    ]);
  return Object.fromEntries(shown);
}

function changed(before: State | null, after: State | null): readonly string[] {
  const keys = new Set<string>();
  for (const part of ["inputs", "outputs"] as const)
    for (const key of new Set([...Object.keys(before?.[part] ?? {}), ...Object.keys(after?.[part] ?? {})]))
      if (JSON.stringify(before?.[part][key]) !== JSON.stringify(after?.[part][key])) keys.add(key);
  return [...keys].sort();
}
