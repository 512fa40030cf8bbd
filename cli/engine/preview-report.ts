/** Properties of a resource, as the engine keeps them. */
export type Properties = Readonly<Record<string, unknown>>;

/** A resource in the state, or in a plan. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly id?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  /** It stays at its cloud when the stack lets go of it. */
  readonly retainOnDelete?: boolean;
  /** When it was last created or changed. */
  readonly modified?: string;
}

/** What `pulumi preview --json` prints: secrets are `[secret]`, what stays the same is left out. */
export interface PreviewReport {
  readonly config?: Readonly<Record<string, string>>;
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly oldState?: ResourceState;
    readonly newState?: ResourceState;
  }[];
  readonly diagnostics?: readonly Diagnostic[];
  readonly changeSummary?: Readonly<Record<string, number>>;
}

export interface Diagnostic {
  readonly severity: string;
  readonly message: string;
  readonly urn?: string;
}

/** What `--save-plan` writes, of which we read how the inputs of a resource change. */
export interface SavedPlan {
  readonly resourcePlans?: Readonly<Record<string, { readonly goal?: Goal | null }>>;
}

interface Goal {
  readonly inputDiff?: {
    readonly adds?: Properties;
    readonly updates?: Properties;
    readonly deletes?: readonly string[];
  };
}

/** What `pulumi stack export` prints. */
export interface StackState {
  readonly deployment?: { readonly resources?: readonly ResourceState[] | null };
}

/** What the engine gives for a value that is not known before the rollout. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What it gives for a secret. */
export const secretText = "[secret]";

/** The name that the program gave: the last part of a URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
