import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { openNeon } from "../client.ts";
import { orGone } from "../../shared/or-gone.ts";

export interface DatabaseInputs {
  readonly projectId: string;
  readonly branchId: string;
  readonly name: string;
  readonly owner: string;
}

/** A database of one environment, owned by that environment's role. */
export const provider: ProviderModule<DatabaseInputs, DatabaseInputs> = {
  replaceOn: ["projectId", "branchId", "name"],
  deleteBeforeReplace: true,

  async create(news, { access }) {
    const neon = await openNeon(access.neon);
    const place = { projectId: news.projectId, branchId: news.branchId };
    const exists = await orGone(neon.postgres.databases.get({ ...place, databaseName: news.name }));
    if (!exists) await neon.postgres.databases.create({ ...place, name: news.name, owner_name: news.owner });
    else if (exists.owner_name !== news.owner)
      await neon.postgres.databases.update({ ...place, databaseName: news.name, owner_name: news.owner });
    return { id: `${news.branchId}/${news.name}`, outputs: news };
  },

  async read(_id, olds, { access }) {
    const neon = await openNeon(access.neon);
    const { projectId, branchId, name } = olds;
    const database = await orGone(neon.postgres.databases.get({ projectId, branchId, databaseName: name }));
    if (!database) return undefined;
    const seen = { ...olds, owner: database.owner_name };
    return { outputs: seen, inputs: seen };
  },

  async update(_id, _olds, news, { access }) {
    const neon = await openNeon(access.neon);
    const { projectId, branchId, name, owner } = news;
    await neon.postgres.databases.update({ projectId, branchId, databaseName: name, owner_name: owner });
    return news;
  },

  async delete(_id, { projectId, branchId, name }, { access }) {
    const neon = await openNeon(access.neon);
    await orGone(neon.postgres.databases.delete({ projectId, branchId, databaseName: name }));
  },
};
