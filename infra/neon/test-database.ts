import type { ProviderContext } from "../dynamic/provider-module.ts";
import { orGone } from "../shared/or-gone.ts";
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
  /** When Neon deletes the branch by itself (RFC 3339). */
  readonly expiresAt: string;
}

/**
 * An empty database on a branch of its own that ends by itself: no stack has it, and no state. One of that name is taken
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

/** Empties it; address and password stay. Neon takes the database away even where somebody is connected. */
export async function resetTestDatabase(
  args: TestDatabaseName & Pick<TestDatabaseArgs, "database" | "role" | "expiresAt">,
  context: ProviderContext,
): Promise<boolean> {
  const neon = await openNeon(context.access.neon);
  const [found] = await branchesOf(args, context);
  if (!found) return false;
  const { projectId, branchId } = found;
  const database = { projectId, branchId, name: args.database, owner: args.role };
  await orGone(neon.postgres.databases.delete({ projectId, branchId, databaseName: args.database }));
  await databases.create(database, context);
  await neon.branches.update({ projectId, branchId, expires_at: args.expiresAt });
  return true;
}

/** Takes the branch away, with all that is in it. Says whether there was one. */
export async function dropTestDatabase(args: TestDatabaseName, context: ProviderContext): Promise<boolean> {
  const neon = await openNeon(context.access.neon);
  const found = [
    ...(await branchesOf(args, context)),
    ...(await branchesOf({ ...args, branch: `${args.branch}${beingMade}` }, context)),
  ];
  for (const place of found) await orGone(neon.branches.delete(place));
  return found.length > 0;
}

async function branchesOf(
  { project, organizationId, branch }: TestDatabaseName,
  { access }: ProviderContext,
): Promise<readonly { readonly projectId: string; readonly branchId: string }[]> {
  const neon = await openNeon(access.neon);
  const projectId = (await findProject(neon, { name: project, organizationId }))?.id;
  if (projectId === undefined) return [];
  const found = await neon.branches.list({ projectId, search: branch }).all();
  return found.filter(({ name }) => name === branch).map(({ id }) => ({ projectId, branchId: id }));
}
