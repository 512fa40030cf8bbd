import type { Repository } from "../github/client.ts";

export interface CommitChecks extends Repository {
  readonly commit: string;
  /** Names of the checks that must be a success: each a job of GitHub Actions, unless `checkSources` names another source. */
  readonly requiredChecks: readonly string[];
  /** Branches, or patterns of them, whose runs of workflows count. Absent in the states of earlier versions. */
  readonly checkBranches?: readonly string[];
  /** Where a check comes from that is no job of GitHub Actions, by its name: `status`, or the slug of an app. */
  readonly checkSources?: Readonly<Record<string, string>>;
}

/** How a check stands, as one source reports it. */
export interface State {
  /** How it ended; of one that runs, what it does. */
  readonly state: string;
  /** Where a person sees it. */
  readonly url?: string | null | undefined;
}

/** Of one source: each check by its name, and runs that do not count because of their branch or event. */
export interface Reported {
  readonly states: ReadonlyMap<string, readonly State[]>;
  readonly others?: ReadonlyMap<string, readonly OtherRun[]>;
}

/** What started a run that does not count. */
export interface OtherRun {
  readonly event: string;
  readonly branch: string;
}
