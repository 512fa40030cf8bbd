import { adoptsKey } from "@rollout/infra/dynamic/adopts-key";
import type {
  Diagnostic,
  PreviewReport,
  Properties,
  ResourceState,
  SavedPlan,
  StackState,
} from "../engine/preview-report.ts";
import { nameOf } from "../engine/preview-report.ts";
import { secretTexts, unwrapped } from "./secret-values.ts";

export type Operation = "create" | "update" | "replace" | "delete" | "import" | "read";

/** What the rollout would do to one resource. */
export interface Step {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly operation: Operation;
  /** The inputs as they were and as they will be: secrets are `[secret]`. */
  readonly before: Properties | undefined;
  readonly after: Properties | undefined;
  /** The same with the secrets' values. */
  readonly plainBefore: Properties | undefined;
  readonly plainAfter: Properties | undefined;
  /** Outputs of the last time: secrets are `[secret]`. */
  readonly outputs: Properties;
  readonly parent: string | undefined;
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** It stays at its cloud when the stack lets go of it. */
  readonly isRetained: boolean;
}

/** A plan of the engine and the state that it starts from. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What each resource waits for, also those that stay the same. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  readonly state: readonly ResourceState[];
  readonly unchanged: number;
  readonly config: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
  /** Every secret text in the state, and every one in the plan. */
  readonly secrets: { readonly known: readonly string[]; readonly planned: readonly string[] };
}

const operations: Readonly<Record<string, Operation>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  import: "import",
  read: "read",
};

/** Joins what the engine reports in three places into one plan. */
export function readPlan(
  report: PreviewReport,
  saved: SavedPlan | undefined,
  exported: StackState | undefined,
): Plan {
  const state = exported?.deployment?.resources ?? [];
  const stateOf = new Map(state.map((resource) => [resource.urn, resource]));
  const planned = (report.steps ?? []).flatMap((step): Step[] => {
    const [before, after] = [step.oldState, step.newState];
    const resource = after ?? before;
    const operation = operations[step.op];
    if (!operation || !resource || !isStep(resource)) return [];
    const plainBefore = stateOf.get(step.urn)?.inputs ?? before?.inputs;
    const goal = saved?.resourcePlans?.[step.urn]?.goal;
    return [
      {
        urn: step.urn,
        type: resource.type,
        name: nameOf(step.urn),
        operation,
        before: before?.inputs && withoutShim(before.inputs),
        after: after?.inputs && withoutShim(after.inputs),
        plainBefore: plainBefore && plain(plainBefore),
        plainAfter: goal ? plain(applied(plainBefore ?? {}, goal.inputDiff ?? {})) : undefined,
        outputs: before?.outputs ?? {},
        parent: resource.parent,
        propertyDependencies: Object.fromEntries(
          Object.entries(after?.propertyDependencies ?? {}).map(([key, urns]) => [key, urns ?? []]),
        ),
        isRetained: before?.retainOnDelete ?? false,
      },
    ];
  });
  // The engine reports them as they come, another time in another order.
  const steps = planned.sort((one, other) => (one.name < other.name ? -1 : 1));
  const latest = [...state, ...(report.steps ?? []).flatMap(({ newState }) => newState ?? [])];
  return {
    steps,
    dependencies: new Map(latest.map((resource) => [resource.urn, dependenciesOf(resource)])),
    state,
    unchanged: report.changeSummary?.["same"] ?? 0,
    config: report.config ?? {},
    diagnostics: report.diagnostics ?? [],
    secrets: secretsOf(state, saved),
  };
}

/** Providers and components do nothing on their own. */
function isStep({ custom, type }: ResourceState): boolean {
  return custom === true && !type.startsWith("pulumi:");
}

/** Among the inputs of a dynamic resource stand its provider, the engine's own key, and how it was adopted, ours. */
function withoutShim(inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs).filter(([key]) => key !== "__provider" && key !== adoptsKey),
  );
}

function plain(inputs: Properties): Properties {
  return withoutShim(unwrapped(inputs) as Properties);
}

interface InputDiff {
  readonly adds?: Properties;
  readonly updates?: Properties;
  readonly deletes?: readonly string[];
}

function applied(inputs: Properties, { adds, updates, deletes }: InputDiff): Properties {
  const kept = Object.entries(inputs).filter(([key]) => !deletes?.includes(key));
  return { ...Object.fromEntries(kept), ...adds, ...updates };
}

function dependenciesOf({ dependencies = [], propertyDependencies = {} }: ResourceState): readonly string[] {
  return [
    ...new Set([...dependencies, ...Object.values(propertyDependencies).flatMap((urns) => urns ?? [])]),
  ];
}

function secretsOf(state: readonly ResourceState[], saved: SavedPlan | undefined): Plan["secrets"] {
  const old = state.flatMap(({ inputs, outputs }) => [inputs ?? {}, outputs ?? {}]);
  const next = Object.values(saved?.resourcePlans ?? {}).flatMap(({ goal }) => {
    const { adds, updates } = goal?.inputDiff ?? {};
    return [adds ?? {}, updates ?? {}];
  });
  return { known: old.flatMap(secretTexts), planned: next.flatMap(secretTexts) };
}
