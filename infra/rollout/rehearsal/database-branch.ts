import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { branchLimit } from "../../neon/branch-limit.ts";
import { rehearsalPrefix } from "../../neon/branch-names.ts";
import type { Neon } from "../../neon/client.ts";
import { openNeon } from "../../neon/client.ts";
import type { ComputeSize } from "../../neon/compute-size.ts";
import { computeSize } from "../../neon/compute-size.ts";
import { connected } from "../../neon/connected.ts";
import { byLogin, databaseAddress } from "../../neon/database-address.ts";
import { newPassword } from "../../neon/login.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { say } from "../../shared/say.ts";
import type { AppliedMigration } from "../applied-in-database.ts";
import { appliedIn, hasTable } from "../applied-in-database.ts";
import type { RehearsedApplication } from "./rehearsed-application.ts";

/** The database of an environment. */
export interface DatabasePlace {
  readonly projectId: string;
  readonly branchId: string;
  readonly environment: string;
  readonly database: string;
  /** The role that owns it, and that migrations run as. */
  readonly role: string;
  /** The role that web and workers log in by. */
  readonly applicationRole: string;
  readonly compute: ComputeSize;
}

/** With what a copy is prepared by. */
type CopiedPlace = DatabasePlace & { readonly application: Pick<RehearsedApplication, "jobs"> };

const limits = { queryMilliseconds: 120_000 };

/** Addresses of a copy; both are secret. */
export interface CopyAddresses {
  readonly owner: string;
  readonly application: string;
}

/** After this long no rehearsal runs any more on a branch, in milliseconds: Neon then deletes it automatically. */
const lifetime = 30 * 60_000;

/**
 * Makes a copy-on-write branch of the environment's with a compute of the same size, gives its addresses to `work`, and
 * deletes it in every case. What a killed rehearsal of before has left goes first.
 *
 * @param by `rollout` for one that holds the environment's lease: all that others of its kind left is then forgotten.
 */
export async function withDatabaseCopy<T>(
  place: CopiedPlace,
  by: "rollout" | "hand",
  { access, note }: ProviderContext,
  work: (addresses: CopyAddresses) => Promise<T>,
): Promise<T> {
  const { projectId } = place;
  const neon = await openNeon(access.neon);
  const now = new Date();
  await sweep(neon, place, by, now);
  await requireRoom(neon, projectId);
  const name = `${rehearsalPrefix}${place.environment}-${by}-${now.getTime().toString(36)}`;
  const expiresAt = new Date(now.getTime() + lifetime).toISOString().replace(/\.\d+Z$/, "Z");
  say(`making a copy of the database, the branch ${name}`);
  try {
    const branch = await neon.branches.create({
      projectId,
      parent_id: place.branchId,
      name,
      noCompute: true,
      expires_at: expiresAt,
    });
    const endpoint = await neon.postgres.endpoints.create({
      projectId,
      branch_id: branch.id,
      type: "read_write",
      ...computeSize(place.compute),
    });
    const owner = await databaseAddress(neon, { ...place, branchId: branch.id, endpointId: endpoint.id });
    return await work({ owner, application: await prepare(owner, place) });
  } finally {
    say(`deleting the branch ${name}`);
    try {
      // By its name: the answer with its id may have been lost.
      await remove(neon, projectId, (each) => each.name === name);
    } catch (error) {
      note(
        `the branch ${name} could not be deleted (${(error as Error).message}); Neon deletes it at ${expiresAt}`,
      );
    }
  }
}

interface SeenBranch {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
}

async function remove(neon: Neon, projectId: string, goes: (branch: SeenBranch) => boolean): Promise<void> {
  for (const branch of await neon.branches.list({ projectId, search: rehearsalPrefix }).all())
    if (branch.name.startsWith(rehearsalPrefix) && goes(branch))
      await ignoreNotFound(neon.branches.delete({ projectId, branchId: branch.id }));
}

/** A rollout holds the lease, so another rollout's branch is not in use any more; one made manually may be in use. */
async function sweep(
  neon: Neon,
  { projectId, environment }: DatabasePlace,
  by: "rollout" | "hand",
  now: Date,
): Promise<void> {
  const own = `${rehearsalPrefix}${environment}-`;
  await remove(
    neon,
    projectId,
    ({ name, created_at }) =>
      name.startsWith(own) &&
      ((by === "rollout" && name.startsWith(`${own}rollout-`)) ||
        Date.parse(created_at) < now.getTime() - lifetime),
  );
}

/** Neon would refuse the branch in its own words, of which none names what helps. */
export async function requireRoom(neon: Neon, projectId: string): Promise<void> {
  const limit = await branchLimit(neon, projectId);
  if (limit === undefined) return;
  const branches = await neon.branches.list({ projectId }).all();
  if (branches.length < limit) return;
  throw new Error(
    `The Neon project has ${String(branches.length)} branches, and the account's plan allows ${String(limit)}: there is ` +
      "no room for a copy of the database to rehearse the migrations on. Delete what is not needed: bin/rollout preview-env sweep",
  );
}

/** Name and, where the database keeps it, sha256 of each migration that the environment's own database has. */
export async function appliedMigrations(
  place: DatabasePlace & { readonly application: Pick<RehearsedApplication, "applied"> },
  { access }: ProviderContext,
): Promise<readonly AppliedMigration[]> {
  const neon = await openNeon(access.neon);
  const { projectId, branchId } = place;
  const endpoints = await neon.postgres.endpoints.listByBranch({ projectId, branchId });
  const endpoint = endpoints.find(({ type }) => type === "read_write");
  if (!endpoint) return [];
  const address = await databaseAddress(neon, { ...place, endpointId: endpoint.id });
  return connected(address, limits, (client) => appliedIn(client, place.application.applied));
}

/**
 * Makes a copy one to try a release on: the application's role gets a password of this copy, and the jobs that waited
 * when it was made are cancelled, since their users wait for the real ones. Gives the application's address.
 */
async function prepare(owner: string, { applicationRole, application }: CopiedPlace): Promise<string> {
  const { jobs } = application;
  const password = newPassword();
  await connected(owner, limits, async (client) => {
    // After a rotation it lets only its logins log in.
    await client.query(
      `ALTER ROLE ${client.escapeIdentifier(applicationRole)} LOGIN PASSWORD ${client.escapeLiteral(password)}`,
    );
    if (jobs && (await hasTable(client, jobs.table))) await client.query(jobs.cancel);
  });
  return byLogin(owner, { name: applicationRole, password });
}
