/** What a finding threatens, the worst first. */
export type Harm =
  | "loses data"
  | "breaks the running release"
  | "weakens security"
  | "locks"
  | "cannot be read"
  | "does not run"
  | "is not complete";

/** A migration that must not run in the same release. */
export interface Apart {
  readonly migration: string;
  /** The one that makes the type: where it runs in that release too, nothing is wrong. */
  readonly unlessWith?: string;
}

/** What a migration does that a rollout must not do silently. */
export interface Finding {
  /** Name of the migration. */
  readonly migration: string;
  /** The rule, as `docs/migrations.md` lists it. */
  readonly rule: string;
  /** What it is about: `plans.topic`, `public.jobs`; empty where the complete migration is meant. */
  readonly subject: string;
  readonly class: Harm;
  /** The statement on one line, cut where it is long. */
  readonly statement: string;
  /** Line of the file on which the statement begins; from 1. */
  readonly line: number;
  readonly harm: string;
  /** What to do instead. */
  readonly remedy: string;
  /** Whether a header `-- destructive(…): WHY` can declare it; what would not even run cannot be declared. */
  readonly isDeclarable: boolean;
  /** The reason that the header gives; absent where it does not declare this finding. */
  readonly declared?: string;
  /** The finding counts only where this migration is missing in the environment too. */
  readonly apartFrom?: Apart;
}

/** Whether a finding counts in an environment that lacks these migrations: some need only not run in one release with another. */
export function countsWith({ apartFrom }: Pick<Finding, "apartFrom">, missing: readonly string[]): boolean {
  if (apartFrom === undefined) return true;
  const { migration, unlessWith } = apartFrom;
  return missing.includes(migration) && !(unlessWith !== undefined && missing.includes(unlessWith));
}

/** The line that declares a finding in the header of its migration. */
export function declarationOf({ rule, subject }: Pick<Finding, "rule" | "subject">): string {
  return `-- destructive(${[rule, subject].join(" ").trim()}): WHY`;
}
