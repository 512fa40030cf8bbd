import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { openNeon } from "../client.ts";
import { databaseAddress } from "../database-address.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";

export interface ConnectionInputs {
  readonly projectId: string;
  readonly branchId: string;
  readonly endpointId: string;
  readonly database: string;
  readonly role: string;
  /** Secret. The role's password: a new one makes new addresses. */
  readonly password: string;
}

export interface ConnectionOutputs extends ConnectionInputs {
  /** Secret. For migrations and for workers, which keep a session. */
  readonly directUrl: string;
  /** Secret. Through the pooler, for functions that come and go. */
  readonly pooledUrl: string;
}

/** The addresses that Neon gives for one role and database; both ask for TLS off loopback. */
export const provider: ProviderModule<ConnectionInputs, ConnectionOutputs> = {
  async create(news, context) {
    return { id: `${news.branchId}/${news.role}@${news.database}`, outputs: await addresses(news, context) };
  },

  async read(_id, olds, context) {
    const outputs = await ignoreNotFound(addresses(olds, context));
    return outputs && { outputs };
  },

  adopt: (_id, inputs, context) => addresses(inputs, context),

  async update(_id, _olds, news, context) {
    return addresses(news, context);
  },
};

async function addresses(
  inputs: ConnectionInputs,
  { access }: Parameters<typeof provider.create>[1],
): Promise<ConnectionOutputs> {
  const neon = await openNeon(access.neon);
  const { projectId, branchId, endpointId, database, role, password } = inputs;
  const login = { projectId, branchId, endpointId, database, role };
  const directUrl = await databaseAddress(neon, login);
  const pooledUrl = await databaseAddress(neon, login, "pooled");
  return { projectId, branchId, endpointId, database, role, password, directUrl, pooledUrl };
}
