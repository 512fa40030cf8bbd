import type { PreviewReport, Properties, ResourceState, SavedPlan } from "../engine/preview-report.ts";
import type { Plan } from "./plan.ts";
import { readPlan } from "./plan.ts";

/** One resource of a made-up plan; secrets among the inputs are `secret(…)`. */
export interface Planned {
  readonly type: string;
  readonly name: string;
  readonly op: string;
  readonly before?: Properties;
  readonly after?: Properties;
  readonly outputs?: Properties;
  /** Names of what it waits for, by the input that comes from there, or under `""`. */
  readonly waits?: Readonly<Record<string, readonly string[]>>;
  /** Name of the component that it is a part of. */
  readonly part?: string;
  readonly retained?: boolean;
  /** When it was last changed, in seconds. */
  readonly modified?: number;
}

const signature = "4dabf18193072939515e22adb298388d";

export function secret(value: unknown): unknown {
  return { [signature]: "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(value) };
}

/** The plan that the engine would report in its three places. */
export function planOf(planned: readonly Planned[], more: Partial<PreviewReport> = {}): Plan {
  const urns = new Map(planned.map(({ type, name }) => [name, `urn:pulumi:staging::shop::${type}::${name}`]));
  const urnOf = (name: string): string => urns.get(name) ?? name;
  const state = (each: Planned, inputs: Properties): ResourceState => ({
    urn: urnOf(each.name),
    type: each.type,
    custom: true,
    inputs,
    outputs: each.outputs ?? {},
    parent: `urn:pulumi:staging::shop::${each.part ? `rollout:any:Component::${each.part}` : "pulumi:pulumi:Stack::shop-staging"}`,
    dependencies: Object.values(each.waits ?? {}).flatMap((names) => names.map(urnOf)),
    propertyDependencies: Object.fromEntries(
      Object.entries(each.waits ?? {}).map(([key, names]) => [key, names.map(urnOf)]),
    ),
    retainOnDelete: each.retained ?? false,
    modified: new Date((each.modified ?? 0) * 1000).toISOString(),
  });
  const report: PreviewReport = {
    steps: planned
      .filter(({ op }) => op !== "same")
      .map((each) => ({
        op: each.op,
        urn: urnOf(each.name),
        ...(each.before ? { oldState: state(each, masked(each.before)) } : {}),
        ...(each.after ? { newState: state(each, masked(each.after)) } : {}),
      })),
    changeSummary: { same: 30 },
    ...more,
  };
  const plan: SavedPlan = {
    resourcePlans: Object.fromEntries(
      planned.map((each) => [
        urnOf(each.name),
        { goal: each.after ? { inputDiff: { updates: each.after } } : null },
      ]),
    ),
  };
  const resources = planned.flatMap((each) => (each.before ? [state(each, each.before)] : []));
  return readPlan(report, plan, { deployment: { resources } });
}

function masked(value: Properties): Properties {
  const hide = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(hide);
    if (typeof each !== "object" || each === null) return each;
    return signature in each
      ? "[secret]"
      : Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, hide(inner)]));
  };
  return hide(value) as Properties;
}
