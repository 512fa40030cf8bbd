import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { openNeon } from "../client.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";

export interface DatabaseInputs {
  readonly projectId: string;
  readonly branchId: string;
  readonly name: string;
  readonly owner: string;
}

export interface DatabaseOutputs extends DatabaseInputs {
  /** Neon's number for it: another one is another database, without any table. */
  readonly databaseId?: number;
}

/** A database of one environment, owned by that environment's role. */
export const provider: ProviderModule<DatabaseInputs, DatabaseOutputs> = {
  replaceOn: ["projectId", "branchId", "name"],
  deleteBeforeReplace: true,

  async create(news, { access }) {
    const neon = await openNeon(access.neon);
    const place = { projectId: news.projectId, branchId: news.branchId };
    const exists = (await neon.postgres.databases.list(place)).find(({ name }) => name === news.name);
    const database =
      exists ?? (await neon.postgres.databases.create({ ...place, name: news.name, owner_name: news.owner }));
    if (database.owner_name !== news.owner)
      await neon.postgres.databases.update({ ...place, databaseName: news.name, owner_name: news.owner });
    return { id: `${news.branchId}/${news.name}`, outputs: { ...news, databaseId: database.id } };
  },

  async read(_id, olds, { access }) {
    const neon = await openNeon(access.neon);
    const { projectId, branchId, name } = olds;
    const database = await ignoreNotFound(
      neon.postgres.databases.get({ projectId, branchId, databaseName: name }),
    );
    if (!database) return undefined;
    const inputs = { projectId, branchId, name, owner: database.owner_name };
    return {
      outputs: { ...inputs, ...(olds.databaseId === undefined ? {} : { databaseId: olds.databaseId }) },
      inputs,
      changedOutOfBand:
        olds.databaseId === undefined || olds.databaseId === database.id
          ? []
          : ["it was deleted and made again"],
    };
  },

  async adopt(_id, inputs, { access }) {
    const neon = await openNeon(access.neon);
    const { projectId, branchId, name } = inputs;
    const { id } = await neon.postgres.databases.get({ projectId, branchId, databaseName: name });
    return { ...inputs, databaseId: id };
  },

  async update(_id, _olds, news, { access }) {
    const neon = await openNeon(access.neon);
    const { projectId, branchId, name, owner } = news;
    const database = { projectId, branchId, databaseName: name };
    const { id } = await neon.postgres.databases.update({ ...database, owner_name: owner });
    return { ...news, databaseId: id };
  },

  async delete(_id, { projectId, branchId, name }, { access }) {
    const neon = await openNeon(access.neon);
    await ignoreNotFound(neon.postgres.databases.delete({ projectId, branchId, databaseName: name }));
  },
};
