import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { openNeon } from "../client.ts";
import { connected, isLoginRefused } from "../connected.ts";
import { databaseAddress } from "../database-address.ts";
import { otherLogins, retireLogins } from "../retire-logins.ts";

export interface RetiredLoginsInputs {
  readonly projectId: string;
  readonly branchId: string;
  readonly endpointId: string;
  readonly database: string;
  /** The role that owns the database. */
  readonly owner: string;
  /** The role that holds the application's rights. */
  readonly role: string;
  /** The login of that role that everything uses now. */
  readonly login: string;
}

/**
 * The last step of a rotation: every other login of the application's role is gone. It stands behind everything that logs in, so
 * that old and new are valid together until then.
 */
export const provider: ProviderModule<RetiredLoginsInputs, RetiredLoginsInputs> = {
  async create(news, context) {
    return { id: `${news.branchId}/${news.role}`, outputs: await retire(news, context) };
  },

  async read(_id, olds, context) {
    const address = await ignoreNotFound(ownerAddress(olds, context));
    if (address === undefined) return undefined;
    return { outputs: olds, changedOutOfBand: await changesOf(address, olds) };
  },

  update: (_id, _olds, news, context) => retire(news, context),
};

const limits = { queryMilliseconds: 30_000 };

/** Asked by the owner. One who is refused, as in a database of an earlier time, is fixed before this step, which then looks again. */
async function changesOf(address: string, olds: RetiredLoginsInputs): Promise<readonly string[]> {
  try {
    const others = await connected(address, limits, (client) => otherLogins(client, olds));
    return others.map((name) => `the login ${name} of before is valid too`);
  } catch (error) {
    return isLoginRefused(error) ? ["the database refuses its owner, who sees which logins there are"] : [];
  }
}

async function retire(news: RetiredLoginsInputs, context: ProviderContext): Promise<RetiredLoginsInputs> {
  const address = await ownerAddress(news, context);
  const busy = await connected(address, limits, (client) => retireLogins(client, news));
  if (busy.length > 0)
    context.note(
      `a client still worked by the login ${busy.join(", ")}, which is retired: web and workers of this rollout use ${news.login}. ` +
        "Who else has an address of before needs the new one",
    );
  return news;
}

async function ownerAddress(
  { projectId, branchId, endpointId, database, owner }: RetiredLoginsInputs,
  { access }: ProviderContext,
): Promise<string> {
  const neon = await openNeon(access.neon);
  return databaseAddress(neon, { projectId, branchId, endpointId, database, role: owner });
}
