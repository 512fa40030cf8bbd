import { join } from "node:path";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import type { Repository } from "../../github/client.ts";
import { openGitHub } from "../../github/client.ts";
import { readMigrationFiles } from "../../migration-lint/migration-file.ts";
import type { Composition } from "../records/entry.ts";
import type { RecordTrusts } from "../records/signature.ts";
import type { SmokeCommand } from "../smoke/run-smoke-command.ts";
import type { DatabasePlace } from "./database-branch.ts";
import { appliedMigrations, withDatabaseCopy } from "./database-branch.ts";
import { withControl } from "./control.ts";
import { liveRelease } from "./live-release.ts";
import type { RanMigration } from "./migrate-copy.ts";
import { migrateCopy, MigrationsFailed } from "./migrate-copy.ts";
import { withOwnFolder } from "../../shared/own-folder.ts";
import { declaredOneWay, pendingIn } from "./pending.ts";
import type { RehearsedApplication } from "./rehearsed-application.ts";
import { withBothReleases } from "./try-both.ts";
import type { Trial } from "./try-release.ts";
import type { LiveTrial, Verdict } from "./verdict.ts";
import { verdictOn } from "./verdict.ts";

export interface RehearsalArgs extends Repository, DatabasePlace {
  /** Whose entries of records count, by environment. Absent in the states of earlier versions. */
  readonly records?: RecordTrusts | undefined;
  /** The release's migrations. */
  readonly migrations: Composition["migrations"];
  /** Folder of the migrations, from the project's folder. */
  readonly folder: string;
  /** Digests of the release's sources, by part. */
  readonly sources: Readonly<Record<string, string>>;
  /** Whether the environment keeps data that must not be lost. */
  readonly keepsData: boolean;
  /** Plain variables of web and workers. */
  readonly variables: Composition["variables"];
  /** Files in which a commit names these, from the project's folder. Absent in the states of earlier versions. */
  readonly declaredIn?: readonly string[] | undefined;
  /** Secret. The workers' further variables, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Secret. The web's further variables, by name; absent where it has none. */
  readonly webSecrets?: Readonly<Record<string, string>> | undefined;
  /** How its releases are built and migrated on this machine. */
  readonly application: RehearsedApplication;
  /** The application's smoke test, by which both releases are tried. */
  readonly smokeTest: SmokeCommand;
  /** Limit in seconds for all of it. */
  readonly waitSeconds: number;
}

export interface RehearsalRun {
  /** Folder of the release that is to go out. */
  readonly checkout: string;
  /** `rollout` where the environment's lease is held. */
  readonly by: "rollout" | "hand";
  /** Breaks it off; the copy is deleted anyway. */
  readonly interrupted?: AbortSignal;
}

export interface Rehearsed extends Verdict {
  readonly migrations: readonly RanMigration[];
  /** Commit of the release that is live; empty where no record names it. */
  readonly liveCommit: string;
  readonly live: LiveTrial;
  readonly next: Trial;
}

/** What a rehearsal came to. */
export type Rehearsal = {
  /** Why the release before may not work on the new schema, as migrations declare; empty where none does. */
  readonly oneWay: string;
} & (
  | { readonly kind: "nothing"; readonly why: string }
  /** The migrations themselves fail on the data. */
  | { readonly kind: "failed"; readonly why: string }
  | ({ readonly kind: "rehearsed" } & Rehearsed)
);

/**
 * Runs the pending migrations on a copy of the environment's database, then the release that is live and this one
 * against it. Nothing that is live is touched.
 */
export async function rehearse(
  args: RehearsalArgs,
  { by, checkout, interrupted }: RehearsalRun,
  context: ProviderContext,
): Promise<Rehearsal> {
  const { environment, keepsData, waitSeconds } = args;
  const github = await openGitHub(context.access.github);
  const live = await liveRelease(github, { ...args, records: args.records ?? {} });
  if (!live) return { kind: "nothing", why: `no release is live in ${environment} yet`, oneWay: "" };
  const { digest, names } = args.migrations;
  const known = live === "unrecorded" ? undefined : live.composition.migrations;
  if (known?.digest === digest)
    return { kind: "nothing", why: "the live release has the same migrations", oneWay: "" };
  const migrations = readMigrationFiles(join(checkout, args.folder), names);
  const pending = pendingIn(migrations, await appliedMigrations(args, context));
  const oneWay = declaredOneWay(migrations, known?.names ?? []);
  if (pending.length === 0)
    return { kind: "nothing", why: "the database has every migration of this release", oneWay };
  const limit = AbortSignal.timeout(waitSeconds * 1000);
  const signal = interrupted ? AbortSignal.any([limit, interrupted]) : limit;
  try {
    const found = await withOwnFolder((own) =>
      withBothReleases({ ...args, live, checkout, folder: own, signal }, async (trials) => {
        const tried = await withDatabaseCopy(args, by, context, async ({ owner, application }) => {
          const limitMilliseconds = waitSeconds * 1000;
          const { migrate } = args.application;
          const place = { checkout, databaseUrl: owner, limitMilliseconds, signal };
          const ran = await migrateCopy({ ...place, migrate, pending });
          return { migrations: ran, ...(await trials.both(application)) };
        });
        const unmigrated = (): Promise<LiveTrial> =>
          withDatabaseCopy(args, by, context, ({ application }) => trials.live(application));
        return { ...tried, live: await withControl(tried.live, unmigrated) };
      }),
    );
    const liveCommit = live === "unrecorded" ? "" : live.commit;
    const verdict = verdictOn({
      ...found,
      environment,
      keepsData,
      pending,
      oneWay,
      liveCommit,
    });
    return { kind: "rehearsed", oneWay, liveCommit, ...found, ...verdict };
  } catch (error) {
    if (error instanceof MigrationsFailed) return { kind: "failed", why: error.message, oneWay };
    if (limit.aborted)
      throw new Error(
        `the rehearsal did not end within ${String(waitSeconds)} s; nothing that is live was touched`,
        { cause: error },
      );
    throw error;
  }
}
