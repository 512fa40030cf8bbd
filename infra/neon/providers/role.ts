import type { ProviderModule } from "../../dynamic/provider-module.ts";
import type { Neon } from "../client.ts";
import { openNeon } from "../client.ts";
import { orGone } from "../../shared/or-gone.ts";

export interface RoleInputs {
  readonly projectId: string;
  readonly branchId: string;
  readonly name: string;
  /** Any text; a change of it gives the role a new password. */
  readonly passwordVersion: string;
}

export interface RoleOutputs extends RoleInputs {
  /** Secret. Made by Neon. */
  readonly password: string;
}

/** A role of one environment that can log in. A role of that name that is there already gets a new password. */
export const provider: ProviderModule<RoleInputs, RoleOutputs> = {
  // The new one first: the old one still owns the database.
  replaceOn: ["projectId", "branchId", "name"],

  async create(news, { access }) {
    const neon = await openNeon(access.neon);
    const place = { projectId: news.projectId, branchId: news.branchId };
    const exists = await orGone(neon.postgres.roles.get({ ...place, roleName: news.name }));
    if (!exists) await neon.postgres.roles.create({ ...place, name: news.name });
    const password = exists
      ? await reset(neon, news)
      : await neon.postgres.roles.password({ ...place, roleName: news.name });
    return { id: `${news.branchId}/${news.name}`, outputs: { ...news, password } };
  },

  async read(_id, olds, { access }) {
    const neon = await openNeon(access.neon);
    const place = { projectId: olds.projectId, branchId: olds.branchId, roleName: olds.name };
    const role = await orGone(neon.postgres.roles.get(place));
    if (!role) return undefined;
    return { outputs: { ...olds, password: await neon.postgres.roles.password(place) } };
  },

  async update(_id, _olds, news, { access }) {
    return { ...news, password: await reset(await openNeon(access.neon), news) };
  },

  async delete(_id, olds, { access }) {
    const neon = await openNeon(access.neon);
    await orGone(
      neon.postgres.roles.delete({ projectId: olds.projectId, branchId: olds.branchId, roleName: olds.name }),
    );
  },
};

async function reset(neon: Neon, { projectId, branchId, name }: RoleInputs): Promise<string> {
  const role = { projectId, branchId, roleName: name };
  await neon.postgres.roles.resetPassword(role);
  return neon.postgres.roles.password(role);
}
