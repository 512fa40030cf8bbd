/** The clouds in the order in which a review lists them; `Other` is what this table does not know yet. */
export const clouds = ["Neon", "Fly", "Railway", "Vercel", "GitHub", "Rollout steps", "Other"] as const;
export type Cloud = (typeof clouds)[number];

/** What is gone for good when a resource is deleted or replaced, and how bad that is: 1 is the worst. */
export interface Loss {
  readonly rank: number;
  readonly deleted: string;
  /** Absent where replacing it loses nothing. */
  readonly replaced?: string;
}

/** How a kind of resource is shown to a reviewer. */
export interface Kind {
  readonly cloud: Cloud;
  /** In a reviewer's words, before the name. */
  readonly what: string;
  /** Inputs that name it, joined; without one the name of the program is reported. */
  readonly namedBy?: readonly string[];
  /** Inputs in a reviewer's words; others are reported by their own name. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Inputs that only repeat others. */
  readonly hidden?: readonly string[];
  /** Inputs whose values mean nothing to a reviewer, or would let a secret be guessed: only that they change is reported. */
  readonly opaque?: readonly string[];
  /** Inputs of whose change alone nothing happens. */
  readonly idle?: readonly string[];
  /** Its outputs are what they were after a mere change of it. */
  readonly keepsItself?: true;
  readonly loss?: Loss;
}
