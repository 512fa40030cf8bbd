import type { ProviderContext } from "../dynamic/provider-module.ts";
import { ignoreNotFound } from "../shared/ignore-not-found.ts";
import { beingMade } from "./branch-names.ts";
import { openNeon } from "./client.ts";
import { findProject } from "./find-project.ts";
import { provider as branches } from "./providers/branch.ts";
import { provider as connections } from "./providers/connection.ts";
import { provider as databases } from "./providers/database.ts";
import { provider as endpoints } from "./providers/endpoint.ts";
import { provider as existingProjects } from "./providers/existing-project.ts";
import { provider as roles } from "./providers/role.ts";

export interface TestDatabaseArgs {
  readonly project: string;
  readonly organizationId?: string | undefined;
  /** The command that makes the project. */
  readonly projectMadeBy: string;
  readonly branch: string;
  readonly database: string;
  readonly role: string;
  readonly compute: {
    readonly minUnits: number;
    readonly maxUnits: number;
    readonly suspendSeconds: number;
  };
  /** When Neon deletes the branch automatically (RFC 3339). */
  readonly expiresAt: string;
}

/**
 * An empty database on a branch of its own that ends automatically: no stack has it, and no state. One of that name is taken
 * as it is, with a new password and a new end. Gives its address, which is secret.
 */
export async function makeTestDatabase(args: TestDatabaseArgs, context: ProviderContext): Promise<string> {
  const { database, role, compute, expiresAt } = args;
  const organization = args.organizationId ? { organizationId: args.organizationId } : {};
  const { outputs: project } = await existingProjects.create(
    { name: args.project, madeBy: args.projectMadeBy, ...organization },
    context,
  );
  const { outputs: branch } = await branches.create(
    { projectId: project.projectId, parentId: project.defaultBranchId, name: args.branch, expiresAt },
    context,
  );
  const place = { projectId: project.projectId, branchId: branch.branchId };
  const { outputs: endpoint } = await endpoints.create({ ...place, ...compute }, context);
  const { outputs: made } = await roles.create({ ...place, name: role, passwordVersion: "1" }, context);
  await databases.create({ ...place, name: database, owner: role }, context);
  const { outputs: connection } = await connections.create(
    { ...place, endpointId: endpoint.endpointId, database, role, password: made.password },
    context,
  );
  return connection.directUrl;
}

export type TestDatabaseName = Pick<TestDatabaseArgs, "project" | "organizationId" | "branch">;

/**
 * Empties it; address and password stay. Neon deletes the database even where a client is connected.
 *
 * @param args.expiresAt Absent: it lasts again as long as it was made for.
 * @returns When it ends now; undefined where there is none.
 */
export async function resetTestDatabase(
  args: TestDatabaseName &
    Pick<TestDatabaseArgs, "database" | "role"> & { readonly expiresAt: string | undefined },
  context: ProviderContext,
): Promise<string | undefined> {
  const neon = await openNeon(context.access.neon);
  const [found] = await branchesOf(args, context);
  if (!found) return undefined;
  const { projectId, branchId, lastsSeconds } = found;
  const database = { projectId, branchId, name: args.database, owner: args.role };
  await ignoreNotFound(neon.postgres.databases.delete({ projectId, branchId, databaseName: args.database }));
  await databases.create(database, context);
  const expiresAt = args.expiresAt ?? inSeconds(lastsSeconds);
  await neon.branches.update({ projectId, branchId, expires_at: expiresAt });
  return expiresAt;
}

/** Deletes the branch, with all that is in it. Returns whether there was one. */
export async function dropTestDatabase(args: TestDatabaseName, context: ProviderContext): Promise<boolean> {
  const neon = await openNeon(context.access.neon);
  const found = [
    ...(await branchesOf(args, context)),
    ...(await branchesOf({ ...args, branch: `${args.branch}${beingMade}` }, context)),
  ];
  for (const { projectId, branchId } of found)
    await ignoreNotFound(neon.branches.delete({ projectId, branchId }));
  return found.length > 0;
}

interface FoundBranch {
  readonly projectId: string;
  readonly branchId: string;
  /** How long it was made for. */
  readonly lastsSeconds: number;
}

/** Of a branch that was made without an end. */
const usualSeconds = 24 * 3600;

async function branchesOf(
  { project, organizationId, branch }: TestDatabaseName,
  { access }: ProviderContext,
): Promise<readonly FoundBranch[]> {
  const neon = await openNeon(access.neon);
  const projectId = (await findProject(neon, { name: project, organizationId }))?.id;
  if (projectId === undefined) return [];
  const found = await neon.branches.list({ projectId, search: branch }).all();
  return found
    .filter(({ name }) => name === branch)
    .map(({ id, ttl_interval_seconds: lastsSeconds = usualSeconds }) => ({
      ...{ projectId, branchId: id },
      lastsSeconds,
    }));
}

/** RFC 3339, without fractions of a second, as Neon takes it. */
export function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}
