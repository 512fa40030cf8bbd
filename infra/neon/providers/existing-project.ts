import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { openNeon } from "../client.ts";
import { findProject } from "../find-project.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";

export interface ExistingProjectInputs {
  readonly name: string;
  readonly organizationId?: string;
  /** The command that makes it, for the error where it is missing. */
  readonly madeBy: string;
}

export interface ExistingProjectOutputs extends ExistingProjectInputs {
  readonly projectId: string;
  readonly defaultBranchId: string;
}

/** The Neon project that another stack made: found by its name, never changed and never deleted from here. */
export const provider: ProviderModule<ExistingProjectInputs, ExistingProjectOutputs> = {
  replaceOn: ["name", "organizationId"],

  differs: (olds, news) => olds.name !== news.name || olds.organizationId !== news.organizationId,

  async create(news, { access }) {
    const neon = await openNeon(access.neon);
    const found = await findProject(neon, news);
    if (!found)
      throw new Error(
        `there is no Neon project ${news.name} in this account. Another stack makes it: ${news.madeBy}`,
      );
    const branch = await neon.branches.getDefault({ projectId: found.id });
    return { id: found.id, outputs: { ...news, projectId: found.id, defaultBranchId: branch.id } };
  },

  async adopt(id, inputs, { access }) {
    const neon = await openNeon(access.neon);
    const branch = await neon.branches.getDefault({ projectId: id });
    return { ...inputs, projectId: id, defaultBranchId: branch.id };
  },

  async read(id, olds, { access }) {
    const neon = await openNeon(access.neon);
    return (await ignoreNotFound(neon.projects.get({ projectId: id }))) && { outputs: olds };
  },
};
