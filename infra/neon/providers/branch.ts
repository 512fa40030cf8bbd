import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { openNeon } from "../client.ts";
import { orGone } from "../../shared/or-gone.ts";

export interface BranchInputs {
  readonly projectId: string;
  readonly parentId: string;
  readonly name: string;
}

export interface BranchOutputs extends BranchInputs {
  readonly branchId: string;
  /** The branch's compute for reading and writing. */
  readonly endpointId: string;
}

/**
 * An environment's branch with a compute of its own. Neon gives a branch the roles and passwords of its parent
 * (unless the parent is protected), so every inherited password is reset: a login of one environment fails in the
 * others.
 */
export const provider: ProviderModule<BranchInputs, BranchOutputs> = {
  replaceOn: ["projectId"],

  // A branch keeps its parent: when the project's default branch is another one later, that is no change here.
  differs: (olds, news) => olds.projectId !== news.projectId || olds.name !== news.name,

  async create(news, { access }) {
    const neon = await openNeon(access.neon);
    const { projectId, parentId, name } = news;
    const branch =
      (await neon.branches.list({ projectId, search: name }).all()).find((each) => each.name === name) ??
      (await neon.branches.create({ projectId, parent_id: parentId, name }));
    const endpoints = await neon.postgres.endpoints.list({ projectId });
    const endpoint =
      endpoints.find((each) => each.branch_id === branch.id && each.type === "read_write") ??
      (await neon.postgres.endpoints.create({ projectId, branch_id: branch.id, type: "read_write" }));
    for (const role of await neon.postgres.roles.list({ projectId, branchId: branch.id }))
      if (!role.protected)
        await neon.postgres.roles.resetPassword({ projectId, branchId: branch.id, roleName: role.name });
    return { id: branch.id, outputs: { ...news, branchId: branch.id, endpointId: endpoint.id } };
  },

  async read(id, olds, { access }) {
    const neon = await openNeon(access.neon);
    const branch = await orGone(neon.branches.get({ projectId: olds.projectId, branchId: id }));
    if (!branch) return undefined;
    const { projectId, parentId } = olds;
    return { outputs: { ...olds, name: branch.name }, inputs: { projectId, parentId, name: branch.name } };
  },

  async update(id, olds, news, { access }) {
    const neon = await openNeon(access.neon);
    await neon.branches.update({ projectId: news.projectId, branchId: id, name: news.name });
    return { ...olds, ...news };
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
