import type { Branch as NeonBranch } from "@neon/sdk";
import type { ProviderModule } from "../../dynamic/provider-module.ts";
import type { Neon } from "../client.ts";
import { openNeon } from "../client.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { beingMade } from "../branch-names.ts";
import { withItsCopies } from "../copies.ts";

export interface BranchInputs {
  readonly projectId: string;
  readonly parentId: string;
  readonly name: string;
  /** Neon then refuses to delete or reset it; not on every plan. Absent in the states of earlier versions. */
  readonly isProtected?: boolean;
  /** When Neon deletes it automatically (RFC 3339, in seconds); absent for one that stays. */
  readonly expiresAt?: string;
}

export interface BranchOutputs extends BranchInputs {
  readonly branchId: string;
  /** Why Neon does not protect it although it was asked to; the account's plan, mostly. */
  readonly unprotected?: string;
  /** The branch's first compute, in the states of earlier versions; it is a resource of its own now. */
  readonly endpointId?: string;
}

/**
 * An environment's branch. Neon fills a new one with its parent's databases, roles and passwords; ours starts empty, so
 * that environments share neither a role nor a row. The project's default branch is taken as it is: production's.
 */
export const provider: ProviderModule<BranchInputs, BranchOutputs> = {
  replaceOn: ["projectId"],

  // A branch keeps its parent: when the project's default branch is another one later, that is no change here.
  differs: (olds, news) =>
    olds.projectId !== news.projectId ||
    olds.name !== news.name ||
    (olds.isProtected ?? false) !== (news.isProtected ?? false) ||
    expiry(olds) !== expiry(news),

  async create(news, { access }) {
    const neon = await openNeon(access.neon);
    const { projectId, name } = news;
    const branch = (await findBranch(neon, projectId, name)) ?? (await makeEmpty(neon, news));
    const unprotected = await bringInLine(neon, branch, news);
    // One that was there before may know passwords from elsewhere.
    for (const role of await neon.postgres.roles.list({ projectId, branchId: branch.id }))
      if (!role.protected)
        // A list may still show what was deleted when the branch was emptied.
        await ignoreNotFound(
          neon.postgres.roles.resetPassword({ projectId, branchId: branch.id, roleName: role.name }),
        );
    return { id: branch.id, outputs: { ...news, branchId: branch.id, ...unprotected } };
  },

  async read(id, olds, { access }) {
    const neon = await openNeon(access.neon);
    const branch = await ignoreNotFound(neon.branches.get({ projectId: olds.projectId, branchId: id }));
    if (!branch) return undefined;
    const isAsGood = olds.unprotected !== undefined && !branch.protected;
    const seen: BranchInputs = {
      projectId: olds.projectId,
      // A restore moves children to another parent; what they hold stays the same.
      parentId: branch.parent_id ?? olds.parentId,
      name: branch.name,
      ...(olds.isProtected === undefined && !branch.protected
        ? {}
        : { isProtected: isAsGood ? (olds.isProtected ?? false) : branch.protected }),
      ...(branch.expires_at === undefined ? {} : { expiresAt: branch.expires_at }),
    };
    const { expiresAt: _expiresAt, ...rest } = olds;
    return { outputs: { ...rest, ...seen }, inputs: seen };
  },

  adopt: (id, inputs) => Promise.resolve({ ...inputs, branchId: id }),

  async update(id, olds, news, { access }) {
    const neon = await openNeon(access.neon);
    const branch = await neon.branches.get({ projectId: news.projectId, branchId: id });
    const unprotected = await bringInLine(neon, branch, news);
    const { expiresAt: _expiresAt, unprotected: _unprotected, ...rest } = olds;
    return { ...rest, ...news, parentId: olds.parentId, ...unprotected };
  },

  async delete(id, { projectId }, { access }) {
    const neon = await openNeon(access.neon);
    const branches = (await ignoreNotFound(neon.branches.list({ projectId }).all())) ?? [];
    // Every other environment has grown from the default branch, and Neon keeps it as long as the project.
    if (branches.some((each) => each.id === id && each.default)) return;
    const ours = withItsCopies(id, branches).map((each) => each.id);
    // One that has children that are not ours is asked for anyway: Neon names those that stand in the way.
    for (const branchId of ours.includes(id) ? ours : [...ours, id])
      await ignoreNotFound(neon.branches.delete({ projectId, branchId }));
  },
};

async function findBranch(neon: Neon, projectId: string, name: string): Promise<NeonBranch | undefined> {
  return (await neon.branches.list({ projectId, search: name }).all()).find((each) => each.name === name);
}

/**
 * Makes the branch and deletes what it has from its parent. It gets its name when it is empty, so one of that name
 * is ours, however often this was interrupted.
 */
async function makeEmpty(
  neon: Neon,
  { projectId, parentId, name, expiresAt }: BranchInputs,
): Promise<NeonBranch> {
  const begun = `${name}${beingMade}`;
  const branch =
    (await findBranch(neon, projectId, begun)) ??
    (await neon.branches.create({
      projectId,
      parent_id: parentId,
      name: begun,
      expires_at: earlier(expiresAt, new Date(Date.now() + emptiedWithin)),
    }));
  const place = { projectId, branchId: branch.id };
  for (const database of await neon.postgres.databases.list(place))
    await ignoreNotFound(neon.postgres.databases.delete({ ...place, databaseName: database.name }));
  for (const role of await neon.postgres.roles.list(place))
    if (!role.protected) await ignoreNotFound(neon.postgres.roles.delete({ ...place, roleName: role.name }));
  return branch;
}

/**
 * Until it is empty it has what its parent has, production's rows and logins: a run that is killed by then leaves a copy that Neon
 * deletes automatically. In milliseconds.
 */
const emptiedWithin = 60 * 60_000;

/** Rounded to seconds, as Neon keeps it. */
function earlier(expiresAt: string | undefined, limit: Date): string {
  const chosen =
    expiresAt === undefined || Date.parse(expiresAt) > limit.getTime() ? limit : new Date(expiresAt);
  return chosen.toISOString().replace(/\.\d+Z$/, "Z");
}

/** Changes name, expiry and protection where they differ. Gives the reason where Neon does not protect it. */
async function bringInLine(
  neon: Neon,
  branch: NeonBranch,
  news: BranchInputs,
): Promise<Pick<BranchOutputs, "unprotected">> {
  const place = { projectId: news.projectId, branchId: branch.id };
  const change = {
    ...(branch.name === news.name ? {} : { name: news.name }),
    ...(expiry({ expiresAt: branch.expires_at }) === expiry(news)
      ? {}
      : { expires_at: news.expiresAt ?? null }),
  };
  if (Object.keys(change).length > 0) await neon.branches.update({ ...place, ...change });
  const isProtected = news.isProtected ?? false;
  if (branch.protected === isProtected) return {};
  try {
    await neon.branches.update({ ...place, protected: isProtected });
    return {};
  } catch (error) {
    if (!isProtected || !isLimit(error)) throw error;
    return { unprotected: (error as Error).message };
  }
}

/** How Neon refuses what the account's plan does not have. */
function isLimit(error: unknown): boolean {
  return [402, 403, 422].includes((error as { readonly status?: number }).status ?? 0);
}

/** Neon rounds to seconds, whatever it is given. */
function expiry({ expiresAt }: { readonly expiresAt?: string | undefined }): number | undefined {
  return expiresAt === undefined ? undefined : Math.floor(Date.parse(expiresAt) / 1000);
}
