import { nameOf } from "../engine/preview-report.ts";
import type { Step } from "./plan.ts";

/** Steps that belong together in the picture: those of one component, or a single step. */
export interface Group {
  readonly name: string;
  readonly urns: readonly string[];
  /** Names of the groups that it waits for, without those that these wait for themselves. */
  readonly after: readonly string[];
}

type Dependencies = ReadonlyMap<string, readonly string[]>;

/** The order of a rollout, from what its resources wait for. What is merely deleted comes last and stands in no order. */
export function orderOf(steps: readonly Step[], dependencies: Dependencies): readonly Group[] {
  const ordered = steps.filter(({ operation }) => operation !== "delete");
  const grouped = inGroups(ordered, dependencies, groupName);
  // A component can be needed by what another of its parts needs; then each step stands alone.
  return inTurn(grouped) ?? inTurn(inGroups(ordered, dependencies, ({ name }) => name)) ?? [];
}

/** The component that a step is a part of gives the name. */
function groupName({ parent, name }: Step): string {
  return parent !== undefined && /\brollout:[^$:]+:[^$:]+::[^:]+$/.test(parent) ? nameOf(parent) : name;
}

function inGroups(
  steps: readonly Step[],
  dependencies: Dependencies,
  named: (step: Step) => string,
): readonly Group[] {
  const groupOf = new Map(steps.map((step) => [step.urn, named(step)]));
  const names = [...new Set(groupOf.values())];
  const reached = new Map(
    names.map((name) => {
      const own = [...groupOf].filter(([, group]) => group === name).map(([urn]) => urn);
      const before = new Set(
        own.flatMap((urn) => [...ancestors(urn, dependencies)].flatMap((each) => groupOf.get(each) ?? [])),
      );
      before.delete(name);
      return [name, before] as const;
    }),
  );
  return names.map((name) => {
    const before = [...(reached.get(name) ?? [])];
    return {
      name,
      urns: [...groupOf].filter(([, group]) => group === name).map(([urn]) => urn),
      after: before.filter(
        (each) => !before.some((other) => other !== each && reached.get(other)?.has(each)),
      ),
    };
  });
}

/** All that a resource waits for, over those that stay the same too. */
export function ancestors(urn: string, dependencies: Dependencies): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [urn];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const dependency of dependencies.get(next) ?? [])
      if (!seen.has(dependency)) {
        seen.add(dependency);
        open.push(dependency);
      }
  return seen;
}

/** The same with each behind those that it waits for; undefined where some wait for each other. */
function inTurn(groups: readonly Group[]): readonly Group[] | undefined {
  const done: Group[] = [];
  while (done.length < groups.length) {
    const names = done.map(({ name }) => name);
    const ready = groups.filter(
      ({ name, after }) => !names.includes(name) && after.every((each) => names.includes(each)),
    );
    if (ready.length === 0) return undefined;
    done.push(...ready);
  }
  return done;
}
