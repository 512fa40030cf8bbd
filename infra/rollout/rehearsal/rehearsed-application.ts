import type { AppliedQuery } from "../applied-in-database.ts";

/** What a rehearsal has to know of the application: how its releases are built and migrated on this machine. */
export interface RehearsedApplication {
  readonly migrate: {
    /** Gets `DATABASE_URL` of the copy's owner. */
    readonly command: string;
    /** Whether it prints one line of JSON with time and locks of each migration. */
    readonly hasReport: boolean;
  };
  /** Where the database keeps which migrations were applied. */
  readonly applied: AppliedQuery;
  /** The queue: its table, with its schema, and the statement that cancels what is not finished. Absent: there is none. */
  readonly jobs?: { readonly table: string; readonly cancel: string };
  /** How a release is built here; absent where releases cannot be tried. */
  readonly build?: RehearsalBuild;
  /** Path of the web that answers 200 when it works. */
  readonly healthPath: string;
}

export interface RehearsalBuild {
  /** They build all parts into the folder of `ROLLOUT_OUTPUT`, at the same time. */
  readonly commands: readonly string[];
  /** The file of each part there; `NAME` in the workers' stands for the name of each. */
  readonly files: { readonly web: string; readonly workers: string };
  /** What a part is built from, by part; the commands print a line `FILE DIGEST` for each of the others. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
}
