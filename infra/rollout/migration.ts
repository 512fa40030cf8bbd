import { local } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

export interface MigrationArgs {
  /** The application's own command: transactional, and safe to repeat. */
  readonly command: string;
  /** Secret. Direct address of the database, as the role that owns it. */
  readonly databaseUrl: pulumi.Input<string>;
  readonly branchId: pulumi.Input<string>;
  /** Another number is another database, without any table. */
  readonly databaseId: pulumi.Input<number>;
  /** Digest of the set of migrations; another set runs the migration. */
  readonly migrations: string;
  /** Limit in seconds. */
  readonly waitSeconds: number;
  /**
   * Whether the release is an earlier one, whose migrations have run: then nothing runs, and what is on record stays.
   * The checkout's own migrations are another release's. Default false.
   */
  readonly isPast?: boolean;
}

/**
 * The migrations of the checked-out release, which see the database's address and no token. A failure leaves the schema as it was,
 * so nothing has to be reverted. Against a newer schema the command does nothing.
 */
export class Migration extends local.Command {
  constructor(name: string, args: MigrationArgs, opts?: pulumi.CustomResourceOptions) {
    const { isPast = false } = args;
    super(
      name,
      {
        // Ignored is a change only: a state that has no migration makes one, and that one runs.
        create: isPast ? "true" : "node --import tsx infra/rollout/run-migration.ts",
        environment: { DATABASE_URL: args.databaseUrl, ROLLOUT_MIGRATE: args.command },
        triggers: [args.branchId, args.databaseId, args.migrations],
        addPreviousOutputInEnv: false,
      },
      {
        ...opts,
        ...(isPast ? { ignoreChanges: ["create", "environment", "triggers"] } : {}),
        customTimeouts: { create: `${String(args.waitSeconds)}s`, update: `${String(args.waitSeconds)}s` },
      },
    );
  }
}
