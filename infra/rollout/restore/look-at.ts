import { randomBytes } from "node:crypto";
import type { Neon } from "../../neon/client.ts";
import { databaseAddress } from "../../neon/database-address.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { say } from "../../shared/say.ts";
import type { Restorable } from "./restorable.ts";
import type { Target } from "./target.ts";

/** Lifetime of a branch that is made to be looked at, in milliseconds; it goes when the look is over. */
const lifetime = 60 * 60_000;

/**
 * Gives the address of the database as it was at the target, for as long as `work` takes; undefined where there was none.
 * A copy gets a compute of its own for that time, a time a branch that ends automatically.
 */
export async function lookAt<T>(
  neon: Neon,
  restorable: Restorable,
  target: Target,
  database: string,
  work: (databaseUrl: string | undefined) => Promise<T>,
): Promise<T> {
  const { projectId } = restorable;
  if (target.kind !== "time") {
    const { branchId } = target.copy;
    const endpoints = await neon.postgres.endpoints.listByBranch({ projectId, branchId });
    if (endpoints.some(({ type }) => type === "read_write"))
      return work(await ownersAddress(neon, projectId, branchId, database));
    say(`starting a compute to look at ${target.copy.name}`);
    const { id: endpointId } = await neon.postgres.endpoints.create({
      projectId,
      branch_id: branchId,
      type: "read_write",
    });
    try {
      return await work(await ownersAddress(neon, projectId, branchId, database));
    } finally {
      await ignoreNotFound(neon.postgres.endpoints.delete({ projectId, endpointId }));
    }
  }
  say(`making a branch to look at ${target.at.toISOString()}`);
  const { id: branchId } = await neon.branches.create({
    projectId,
    parent_id: restorable.branchId,
    parent_timestamp: target.at.toISOString(),
    name: `look-${restorable.branchName}-${randomBytes(4).toString("hex")}`,
    expires_at: new Date(Date.now() + lifetime).toISOString().replace(/\.\d+Z$/, "Z"),
  });
  try {
    return await work(await ownersAddress(neon, projectId, branchId, database));
  } finally {
    await ignoreNotFound(neon.branches.delete({ projectId, branchId }));
  }
}

/** The address of a branch's database for the role that owns it there; undefined where it has none of that name. */
export async function ownersAddress(
  neon: Neon,
  projectId: string,
  branchId: string,
  database: string,
): Promise<string | undefined> {
  const found = await ignoreNotFound(
    neon.postgres.databases.get({ projectId, branchId, databaseName: database }),
  );
  if (!found) return undefined;
  return databaseAddress(neon, { projectId, branchId, database, role: found.owner_name });
}
