import * as pulumi from "@pulumi/pulumi";
import type { Args } from "../dynamic/resource.ts";
import type { SchemaRights } from "./application-rights.ts";
import { defaultBranch } from "./branch-names.ts";
import type { RetiredLoginsInputs } from "./providers/retired-logins.ts";
import {
  ApplicationRole,
  Branch,
  Connection,
  Database,
  Endpoint,
  ExistingProject,
  Project,
  Role,
} from "./resources.ts";

export interface EnvironmentDatabaseArgs {
  /** Name of the Neon project that holds every environment. */
  readonly project: string;
  /** The command that makes the project, where another stack does; absent for the stack that makes it. */
  readonly projectMadeBy?: string | undefined;
  /** Whether the engine refuses to delete or replace branch, role and database, and a destroy leaves them. */
  readonly keep: boolean;
  /** Neon region, for instance `aws-eu-central-1`. Changing it replaces the project. */
  readonly region: string;
  /** Neon organization; absent for a personal account. */
  readonly organizationId?: string | undefined;
  /** PostgreSQL major version, 14 to 18. Changing it replaces the project. */
  readonly postgresVersion: number;
  /** How far back a restore can reach, in hours; 0 to 720, as far as the Neon plan allows. */
  readonly historyRetentionHours: number;
  /** Name of the environment's branch. */
  readonly branch: string;
  /** Whether Neon shall refuse to delete or reset the branch; not on every plan. */
  readonly isProtected: boolean;
  /** When Neon deletes the branch automatically (RFC 3339); absent for one that stays. */
  readonly expiresAt?: string | undefined;
  /** Size of the branch's compute, in compute units, and the idle seconds after which it stops. */
  readonly compute: {
    readonly minUnits: number;
    readonly maxUnits: number;
    readonly suspendSeconds: number;
  };
  /** Name of the database, and of the role that owns it. Changing it replaces both. */
  readonly database: string;
  readonly role: string;
  /** A change of this text gives the role a new password. */
  readonly passwordVersion: string;
  /** Name of the role that the application logs in by. @default the owner's with `_app` behind it */
  readonly applicationRole?: string | undefined;
  /** A change of this text gives that role another login. */
  readonly applicationPasswordVersion: string;
  /** What that role may do in which schema; nothing in all others. */
  readonly schemas: SchemaRights;
}

/**
 * One environment's database: a branch of the shared Neon project with a compute and a database of its own, a role
 * that owns it and one that the application logs in by.
 * The project outlives every stack; a branch goes with its stack, its backups with it, unless it is to be kept.
 */
export class EnvironmentDatabase extends pulumi.ComponentResource {
  readonly projectId: pulumi.Output<string>;
  readonly branchId: pulumi.Output<string>;
  /** Changes when the database itself was replaced, and then has no table. */
  readonly databaseId: pulumi.Output<number>;
  /** Secret. The owner's, for migrations. */
  readonly directUrl: pulumi.Output<string>;
  /** Has to be there before a migration, whose tables its default privileges cover. */
  readonly applicationRole: ApplicationRole;
  /** Name of that role in the database. */
  readonly applicationRoleName: string;
  /** The login of that role, for the step that retires all others. */
  readonly applicationLogin: Args<RetiredLoginsInputs>;
  /** Secret. The application's, for workers, which keep a session. It cannot change the schema. */
  readonly applicationUrl: pulumi.Output<string>;
  /** Secret. The application's through the pooler, for functions that come and go. */
  readonly applicationPooledUrl: pulumi.Output<string>;

  constructor(name: string, args: EnvironmentDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("rollout:neon:EnvironmentDatabase", name, {}, opts);
    const child = { parent: this };
    const project = sharedProject(name, args, child);
    // The last two lines of defence of the data, since a restore is the only rollback.
    const kept = args.keep ? { ...child, protect: true, retainOnDelete: true } : child;
    const branch = new Branch(
      `${name}-branch`,
      {
        projectId: project.projectId,
        parentId: project.defaultBranchId,
        name: args.branch,
        isProtected: args.isProtected,
        ...(args.expiresAt === undefined ? {} : { expiresAt: args.expiresAt }),
      },
      kept,
    );
    void branch.unprotected.apply((reason) =>
      reason === undefined
        ? undefined
        : pulumi.log.warn(
            `Neon does not protect the branch ${args.branch}: ${reason}. ` +
              "The engine refuses to delete it; the console and the API do not",
            this,
          ),
    );
    const place = { projectId: project.projectId, branchId: branch.branchId };
    const endpoint = new Endpoint(`${name}-endpoint`, { ...place, ...args.compute }, child);
    const role = new Role(
      `${name}-role`,
      { ...place, name: args.role, passwordVersion: args.passwordVersion },
      // Neon takes a role or database only where a compute can write it down.
      { ...kept, dependsOn: endpoint },
    );
    const database = new Database(
      `${name}-database`,
      { ...place, name: args.database, owner: args.role },
      { ...kept, dependsOn: role },
    );
    const connection = new Connection(
      `${name}-connection`,
      {
        ...place,
        endpointId: endpoint.endpointId,
        database: args.database,
        role: args.role,
        password: role.password,
      },
      { ...child, dependsOn: database },
    );
    // Before the migrations: what they make is granted beforehand, and a web build need not wait for them.
    this.applicationRoleName = args.applicationRole ?? `${args.role}_app`;
    const application = new ApplicationRole(
      `${name}-application-role`,
      {
        ...place,
        endpointId: endpoint.endpointId,
        database: args.database,
        databaseId: database.databaseId,
        owner: args.role,
        name: this.applicationRoleName,
        passwordVersion: args.applicationPasswordVersion,
        schemas: args.schemas,
      },
      { ...child, dependsOn: database },
    );
    this.projectId = project.projectId;
    this.branchId = branch.branchId;
    this.databaseId = database.databaseId;
    this.directUrl = pulumi.secret(connection.directUrl);
    this.applicationRole = application;
    this.applicationLogin = {
      ...{ ...place, endpointId: endpoint.endpointId, database: args.database, owner: args.role },
      role: this.applicationRoleName,
      login: application.login.apply((login) => login ?? this.applicationRoleName),
    };
    this.applicationUrl = pulumi.secret(application.directUrl);
    this.applicationPooledUrl = pulumi.secret(application.pooledUrl);
    this.registerOutputs({ projectId: this.projectId, branchId: this.branchId });
  }
}

/** The first stack makes the project; it outlives every stack. The others find it by its name. */
function sharedProject(
  name: string,
  args: EnvironmentDatabaseArgs,
  child: pulumi.CustomResourceOptions,
): Project | ExistingProject {
  const organization = args.organizationId ? { organizationId: args.organizationId } : {};
  if (args.projectMadeBy !== undefined)
    return new ExistingProject(
      `${name}-project`,
      { name: args.project, madeBy: args.projectMadeBy, ...organization },
      child,
    );
  return new Project(
    `${name}-project`,
    {
      name: args.project,
      region: args.region,
      postgresVersion: args.postgresVersion,
      historyRetentionSeconds: args.historyRetentionHours * 3600,
      defaultBranch,
      ...organization,
    },
    { ...child, retainOnDelete: true },
  );
}
