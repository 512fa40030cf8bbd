import type { Branch as NeonBranch } from "@neon/sdk";
import type { ProviderModule } from "../../dynamic/provider-module.ts";
import type { Neon } from "../client.ts";
import { openNeon } from "../client.ts";
import { orGone } from "../../shared/or-gone.ts";

export interface BranchInputs {
  readonly projectId: string;
  readonly parentId: string;
  readonly name: string;
  /** Neon then refuses to delete or reset it; not on every plan. Absent in the states of earlier versions. */
  readonly isProtected?: boolean;
  /** When Neon deletes it by itself (RFC 3339, whole seconds); absent for one that stays. */
  readonly expiresAt?: string;
}

export interface BranchOutputs extends BranchInputs {
  readonly branchId: string;
  /** The branch's first compute, in the states of earlier versions; it is a resource of its own now. */
  readonly endpointId?: string;
}

/**
 * An environment's branch. Neon gives a branch the roles and passwords of its parent (unless the parent is protected),
 * so every inherited password is reset: a login of one environment fails in the others.
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
    const { projectId, parentId, name } = news;
    const found = (await neon.branches.list({ projectId, search: name }).all()).find(
      (each) => each.name === name,
    );
    const branch = found ?? (await neon.branches.create({ projectId, parent_id: parentId, name }));
    await bringInLine(neon, branch, news);
    for (const role of await neon.postgres.roles.list({ projectId, branchId: branch.id }))
      if (!role.protected)
        await neon.postgres.roles.resetPassword({ projectId, branchId: branch.id, roleName: role.name });
    return { id: branch.id, outputs: { ...news, branchId: branch.id } };
  },

  async read(id, olds, { access }) {
    const neon = await openNeon(access.neon);
    const branch = await orGone(neon.branches.get({ projectId: olds.projectId, branchId: id }));
    if (!branch) return undefined;
    const seen: BranchInputs = {
      projectId: olds.projectId,
      // A restore moves children to another parent; what they hold stays the same.
      parentId: branch.parent_id ?? olds.parentId,
      name: branch.name,
      ...(olds.isProtected === undefined && !branch.protected ? {} : { isProtected: branch.protected }),
      ...(branch.expires_at === undefined ? {} : { expiresAt: branch.expires_at }),
    };
    const { expiresAt: _expiresAt, ...rest } = olds;
    return { outputs: { ...rest, ...seen }, inputs: seen };
  },

  async update(id, olds, news, { access }) {
    const neon = await openNeon(access.neon);
    await bringInLine(neon, await neon.branches.get({ projectId: news.projectId, branchId: id }), news);
    const { expiresAt: _expiresAt, ...rest } = olds;
    return { ...rest, ...news, parentId: olds.parentId };
  },

  async delete(id, { projectId }, { access }) {
    const neon = await openNeon(access.neon);
    // Neon refuses to delete a branch that has children: its backups are those, and go with it.
    const branches = await orGone(neon.branches.list({ projectId }).all());
    for (const child of branches?.filter((each) => each.parent_id === id) ?? [])
      await orGone(neon.branches.delete({ projectId, branchId: child.id }));
    await orGone(neon.branches.delete({ projectId, branchId: id }));
  },
};

/** Changes name, protection and expiry where they differ: one call, or none. */
async function bringInLine(neon: Neon, branch: NeonBranch, news: BranchInputs): Promise<void> {
  const change = {
    ...(branch.name === news.name ? {} : { name: news.name }),
    ...(branch.protected === (news.isProtected ?? false) ? {} : { protected: news.isProtected ?? false }),
    ...(expiry({ expiresAt: branch.expires_at }) === expiry(news)
      ? {}
      : { expires_at: news.expiresAt ?? null }),
  };
  if (Object.keys(change).length > 0)
    await neon.branches.update({ projectId: news.projectId, branchId: branch.id, ...change });
}

/** Neon keeps whole seconds, whatever it is given. */
function expiry({ expiresAt }: { readonly expiresAt?: string | undefined }): number | undefined {
  return expiresAt === undefined ? undefined : Math.floor(Date.parse(expiresAt) / 1000);
}
