import type { z } from "zod";
import { applicationFaults } from "./application-faults.ts";

/**
 * The form of `rollout.config.ts`: all that the program knows of the application that it rolls out. Commands run in the
 * checkout's folder, by the shell.
 */
export interface Application<Groups extends SettingsGroups = SettingsGroups> {
  readonly web: WebDeclaration;
  /**
   * By name: the name of a worker's resources, of its fly configuration and of its settings. At least one. All run one image,
   * which is kept with the first one's app where no `rollout:fly.imageApp` is set.
   */
  readonly workers: Readonly<Record<string, WorkerDeclaration>>;
  /**
   * Digest of what each part would be built from, by `web` and the workers' names, where a part has no `sources`. The same
   * sources give the same digest on every machine; nothing that is built may stay on disk.
   */
  readonly sourceDigests?: (root: string) => Promise<Readonly<Record<string, string>>>;
  /**
   * Files and folders that a rollout runs and no part is built from: the scripts that build, migrate and smoke-test. With the
   * tool's own files, `package.json`, the lock file, the Dockerfile and every fly.*.toml they are the program, and production
   * takes a content by the program alone that proved it on staging.
   */
  readonly program?: readonly string[];
  /**
   * Secrets that the application needs in every environment, and who gets them. The value is `rollout:secrets.NAME` of the
   * stack, or the variable NAME in the environment of the one who runs the rollout. Without one, nothing begins.
   */
  readonly secrets?: Readonly<Record<string, SecretReceiver>>;
  /** Further groups of a stack file, by name: `ai` is `rollout:ai`. Each field is required unless it has a default. */
  readonly settings?: Groups;
  /** Plain variables that settings of these groups become. Changing one deploys those that it is for. */
  readonly variables?: (settings: GroupsOf<Groups>) => Variables;
  readonly database: DatabaseDeclaration;
  /** How a release runs on this machine against a copy of the data. Absent: only its migrations are rehearsed. */
  readonly rehearsal?: RehearsalDeclaration;
  /**
   * Proves what is live. It gets `SMOKE_TEST_API_URL`, `SMOKE_TEST_DATABASE_URL`, `SMOKE_TEST_API_KEY` and
   * `SMOKE_TEST_PROTECTION_BYPASS`, and prints one line of JSON. 100 s by default.
   */
  readonly smokeTest: string | LimitedCommand;
  /** How a watch sees whether a release serves its users. Absent: only its health, and what the watch sends itself. */
  readonly watch?: WatchDeclaration;
  /** How the application is load-tested. Absent: `bin/rollout load` runs no profile. */
  readonly load?: LoadDeclaration;
  readonly hooks?: {
    /** Between live and smoke test, one after the other, such as to purge a CDN. A failure fails the rollout. */
    readonly afterLive?: readonly (string | HookDeclaration)[];
  };
}

export type SettingsGroups = Readonly<Record<string, z.ZodType>>;
/** Settings of the declared groups, as parsed. */
export type GroupsOf<Groups extends SettingsGroups> = {
  readonly [Name in keyof Groups]: z.output<Groups[Name]>;
};

export type SecretReceiver = "web" | "workers" | "both";

/** Plain variables by name; `workers` is every worker. */
export interface Variables {
  readonly web?: Readonly<Record<string, string>>;
  readonly workers?: Readonly<Record<string, string>>;
}

export interface WebDeclaration {
  /**
   * Leaves a folder in the form of the Build Output API, version 3. It sees PATH, HOME, the web's plain variables,
   * `ROLLOUT_SOURCE_DIGEST`, and in `ROLLOUT_OUTPUT` an empty folder that is gone afterwards.
   */
  readonly build: string;
  /** Where the build leaves its output, from the checkout's folder. Absent: in the folder of `ROLLOUT_OUTPUT`. */
  readonly output?: string;
  /** Answers 200 and JSON whose `sourceDigest` is the digest of the web's sources, also without a login. */
  readonly healthPath: string;
  /** Files and folders that the web is built from; absent where `sourceDigests` knows. */
  readonly sources?: readonly string[];
}

export interface WorkerDeclaration {
  /** What its Fly app is for, in the documentation of the settings. */
  readonly description: string;
  /** Files and folders that the worker is built from; absent where `sourceDigests` knows. */
  readonly sources?: readonly string[];
}

export interface DatabaseDeclaration {
  /** Schemas in which the application's role reads, or reads and writes; it can change none. */
  readonly schemas: Readonly<Record<string, "read" | "write">>;
  /** Folder of `NAME.sql`; in the order of `meta/_journal.json` where that is there, else of their names. */
  readonly migrations: string;
  /**
   * Applies what is missing, in that order, with `DATABASE_URL` of the role that owns the database. Safe to repeat; against a
   * newer schema it does nothing.
   */
  readonly migrate: string;
  /** Where the database keeps which migrations were applied. */
  readonly applied: {
    /** With its schema. Where it is not there, none were. */
    readonly table: string;
    /** Gives `name`, in their order, and where the table has it `hash`: the sha256 of the file in hex. */
    readonly query: string;
  };
  /** The queue, where there is one in the database. */
  readonly jobs?: JobsDeclaration;
  /** What the application adds to the metrics of `bin/rollout metrics`. */
  readonly metrics?: readonly DatabaseMetric[];
}

/** A metric of Prometheus whose series are rows of a query, which runs read-only and has four seconds. */
export interface DatabaseMetric {
  /** By Prometheus' conventions: base units, `_total` behind a counter. */
  readonly name: string;
  /** In one line. */
  readonly help: string;
  readonly type: "gauge" | "counter" | "histogram";
  /**
   * Gives a row for each series, at most 500: as `value` a number, for a histogram `bounds`, `counts` (one more than bounds, each
   * of its own bucket alone) and `sum`. Every other column is a label. Without its table there are no series.
   */
  readonly query: string;
}

export interface JobsDeclaration {
  /** With its schema. Where it is not there, there is no queue. */
  readonly table: string;
  /** Gives as `job` one text for each job that is not finished. */
  readonly unfinished: string;
  /** The same for every job that the database knows. */
  readonly known: string;
  /** Cancels every unfinished job: on a copy of the data they are not waited for. */
  readonly cancel: string;
  /**
   * Gives `queue`, `state` (waiting, active or failed), `jobs` and `oldest_seconds` for what is measured of the queue. Absent:
   * nothing is.
   */
  readonly depth?: string;
}

export interface RehearsalDeclaration {
  /**
   * Commands that build all parts into the folder of `ROLLOUT_OUTPUT`, at the same time. For a part without `sources`, one of
   * them prints a line `FILE DIGEST`.
   */
  readonly build: readonly string[];
  /**
   * The file of each part there: an ES module that starts the part on `PORT`. `NAME` in the workers' stands for the name of
   * each.
   */
  readonly files: { readonly web: string; readonly workers: string };
  /**
   * `database.migrate`, with one line of JSON with time and locks of each migration. Absent: `database.migrate`, of which
   * nothing but the time is known.
   */
  readonly migrate?: string;
}

export interface LimitedCommand {
  readonly command: string;
  readonly limitSeconds: number;
}

export interface HookDeclaration extends LimitedCommand {
  /** Names of variables that the command gets from the environment of the one who runs the rollout. */
  readonly environment?: readonly string[];
}

export interface WatchDeclaration {
  /** Path of the web that answers Prometheus' text to the smoke test's key. Absent: the web is not scraped. */
  readonly metricsPath?: string;
  /** Histograms of what the parts answer or do. Without a Prometheus, those of the web alone are seen. */
  readonly requests?: readonly RequestsDeclaration[];
  /** What the application is there for, as it can be counted. */
  readonly business?: readonly BusinessDeclaration[];
  /** Paths of the web of which a GET changes nothing and needs no login. Absent: the health path. */
  readonly safeRequests?: readonly string[];
}

/** A histogram of seconds in Prometheus' form. */
export interface RequestsDeclaration {
  /** `web`, or a worker's name. */
  readonly part: string;
  /** Its name, without `_bucket` and `_count`. */
  readonly histogram: string;
  /** Which of its series are meant. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Which of them failed: those whose label matches the complete regular expression. */
  readonly errors: { readonly label: string; readonly matches: string };
}

export interface BusinessDeclaration {
  /** For people: `plans made`. */
  readonly name: string;
  /** SQL that gives as `count` how often it happened from the time $1 to the time $2. */
  readonly sql?: string;
  /** Name of a counter, which a Prometheus is asked for. One of both is needed. */
  readonly counter?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface LoadDeclaration {
  /** Load profile of the project, where the stack's settings name no other one: a YAML file. */
  readonly profile: string;
  /** The queue, where a profile's requests fill it. */
  readonly jobs?: {
    /**
     * Enqueues one job. `${run.mark}` is the mark of the run and `${run.number}` the number of the request in it; what it makes carries
     * both.
     */
    readonly enqueue: {
      readonly method: "POST" | "PUT";
      readonly path: string;
      readonly json?: z.core.util.JSONType;
    };
    /**
     * SQL that gives for each job of the run with the mark $1 its `number`, its `state` (waiting, done or failed) and, of one that is
     * done, the `seconds` from its begin in the queue to its end.
     */
    readonly query: string;
  };
  /** Statements of SQL, each of which deletes what the run with the mark $1 has made; unfinished jobs are cancelled by one. */
  readonly cleanUp?: readonly string[];
}

/** A declaration as the program uses it: of any application. */
export type DeclaredApplication = Omit<Application, "variables"> & {
  /** Takes the settings of a stack, of which it reads its own groups. */
  readonly variables?: (settings: never) => Variables;
};

/**
 * Checks the declaration.
 *
 * @throws Error with all faults.
 */
export function defineApplication<Groups extends SettingsGroups>(
  application: Application<Groups>,
): DeclaredApplication {
  const faults = applicationFaults(application);
  if (faults.length > 0) throw new Error(["rollout.config.ts:", ...faults].join("\n  "));
  return application;
}
