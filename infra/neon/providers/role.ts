import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { withTransportSecurity } from "../../shared/loopback.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { type Neon, openNeon } from "../client.ts";
import { connected, isLoginRefused } from "../connected.ts";

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
    const exists = (await neon.postgres.roles.list(place)).some(({ name }) => name === news.name);
    if (!exists) await neon.postgres.roles.create({ ...place, name: news.name });
    const password = exists
      ? await reset(neon, news)
      : await neon.postgres.roles.password({ ...place, roleName: news.name });
    return { id: `${news.branchId}/${news.name}`, outputs: { ...news, password } };
  },

  async read(_id, olds, { access }) {
    const neon = await openNeon(access.neon);
    const place = { projectId: olds.projectId, branchId: olds.branchId, roleName: olds.name };
    const role = await ignoreNotFound(neon.postgres.roles.get(place));
    if (!role) return undefined;
    const isKnown =
      (await neon.postgres.roles.password(place)) === olds.password && !(await isRefused(neon, olds));
    return { outputs: olds, changedOutOfBand: isKnown ? [] : ["it has another password"] };
  },

  /** Its password stays as it is. */
  async adopt(_id, inputs, { access }) {
    const neon = await openNeon(access.neon);
    const { projectId, branchId, name } = inputs;
    const password = await neon.postgres.roles.password({ projectId, branchId, roleName: name });
    return { ...inputs, password };
  },

  async update(_id, _olds, news, { access }) {
    return { ...news, password: await reset(await openNeon(access.neon), news) };
  },

  async delete(_id, olds, { access }) {
    const neon = await openNeon(access.neon);
    await ignoreNotFound(
      neon.postgres.roles.delete({ projectId: olds.projectId, branchId: olds.branchId, roleName: olds.name }),
    );
  },
};

/** A password that was changed by SQL is one that Neon still shows and the database refuses. */
async function isRefused(neon: Neon, { projectId, branchId, name, password }: RoleOutputs): Promise<boolean> {
  const endpoints = await neon.postgres.endpoints.listByBranch({ projectId, branchId });
  const host = endpoints.find(({ type }) => type === "read_write")?.host;
  if (!host) return false;
  const login = `postgresql://${encodeURIComponent(name)}:${encodeURIComponent(password)}@${host}/postgres`;
  return refusesLogin(withTransportSecurity(login));
}

async function reset(neon: Neon, { projectId, branchId, name }: RoleInputs): Promise<string> {
  const role = { projectId, branchId, roleName: name };
  await neon.postgres.roles.resetPassword(role);
  return neon.postgres.roles.password(role);
}

/** Whether the database answers a login with "no". One that cannot be reached from here shows nothing of it. */
export async function refusesLogin(databaseUrl: string): Promise<boolean> {
  const limits = { loginMilliseconds: 10_000, queryMilliseconds: 10_000 };
  try {
    await connected(databaseUrl, limits, () => Promise.resolve());
    return false;
  } catch (error) {
    return isLoginRefused(error);
  }
}
