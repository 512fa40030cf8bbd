import type { Attempt } from "@rollout/infra/rollout/records/attempts";

/** What of two releases is not the same. */
export interface Difference {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** What of one release is other in another one, in the order in which a rollout touches it. */
export function differencesBetween(from: Attempt, to: Attempt): readonly Difference[] {
  const told = [facts(from), facts(to)] as const;
  const names = [...new Set([...told[0].keys(), ...told[1].keys()])];
  return names.flatMap((what) => {
    const [before, after] = [told[0].get(what) ?? "absent", told[1].get(what) ?? "absent"];
    return before === after ? [] : [{ what, from: before, to: after }];
  });
}

function facts({ commit, composition, ended, settings }: Attempt): ReadonlyMap<string, string> {
  const { web, workers, variables, migrations } = composition;
  const variablesOf = (of: string, values: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(values).map(([name, value]) => [`variable ${name} of ${of}`, value]);
  return new Map([
    ["commit", commit.slice(0, 12)],
    ...migrations.names.map((name): [string, string] => [`migration ${name}`, "part of it"]),
    ...Object.entries(workers).flatMap(([name, { source, image, config }]): [string, string][] => [
      [`${name} sources`, source.slice(0, 12)],
      [`${name} image`, image],
      [`${name} configuration`, config],
    ]),
    ["image digest", ended?.images?.map(({ digest }) => digest).join(", ") ?? "unknown"],
    ...variablesOf("the workers", variables.workers),
    ["web sources", web.source.slice(0, 12)],
    ["web deployment", ended?.webDeployment ?? "unknown"],
    ...variablesOf("web", variables.web),
    ["settings", settings.slice(0, 12)],
  ]);
}

/** One line each; of a text with many lines only that it differs. */
export function differenceLine({ what, from, to }: Difference): string {
  if ([from, to].some((text) => text.includes("\n"))) return `  ${what}: another text`;
  // Of releases, not of the database: a rollback takes no migration out of it.
  if (what.startsWith("migration "))
    return `  ${what}: ${from === "absent" ? "only in the second" : "only in the first"}`;
  if (from === "absent") return `  ${what}: added, ${to}`;
  if (to === "absent") return `  ${what}: gone, was ${from}`;
  return `  ${what}: ${from} → ${to}`;
}
