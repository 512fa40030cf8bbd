import { local } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

export interface MigrationArgs {
  /** Secret. Direct address of the database, as the role that owns it. */
  readonly databaseUrl: pulumi.Input<string>;
  readonly branchId: pulumi.Input<string>;
  /** Another number is another database, without any table. */
  readonly databaseId: pulumi.Input<number>;
  /** Digest of the set of migrations; another set runs the migration. */
  readonly migrations: string;
  /** Limit in seconds. */
  readonly waitSeconds: number;
}

/**
 * `npm run db:migrate` of the checked-out release. It is transactional and safe to repeat: a failure leaves the
 * schema as it was, so nothing has to be taken back. Against a newer schema it does nothing.
 */
export class Migration extends local.Command {
  constructor(name: string, args: MigrationArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      name,
      {
        create: "npm run --silent db:migrate",
        environment: { DATABASE_URL: args.databaseUrl },
        triggers: [args.branchId, args.databaseId, args.migrations],
        addPreviousOutputInEnv: false,
      },
      {
        ...opts,
        customTimeouts: { create: `${String(args.waitSeconds)}s`, update: `${String(args.waitSeconds)}s` },
      },
    );
  }
}
