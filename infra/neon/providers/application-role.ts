import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import type { SchemaRights } from "../application-rights.ts";
import { dropRole, grantRights, strayRights } from "../application-rights.ts";
import { openNeon } from "../client.ts";
import { connected } from "../connected.ts";
import { controlPlaneStatus, withControlPlane } from "../control-plane.ts";
import { statusPages } from "../../shared/cloud-names.ts";
import { byLogin, databaseAddress } from "../database-address.ts";
import type { Login } from "../login.ts";
import { newLogin, newPassword } from "../login.ts";
import { otherLogins } from "../retire-logins.ts";

export interface ApplicationRoleInputs {
  readonly projectId: string;
  readonly branchId: string;
  readonly endpointId: string;
  readonly database: string;
  /** Another number is another database, in which nothing is granted yet. */
  readonly databaseId: number;
  /** The role that owns the database, and that migrations run as. */
  readonly owner: string;
  readonly name: string;
  /** Any text; a change of it gives the role another login, and the one of before stays valid until it is retired. */
  readonly passwordVersion: string;
  /** The schemas that it uses, and whether it writes there. */
  readonly schemas: SchemaRights;
}

export interface ApplicationRoleOutputs extends ApplicationRoleInputs {
  /** The login of the role that web and workers get. Absent in the states of earlier versions, and then the role itself. */
  readonly login?: string;
  /** Secret: 256 random bits. */
  readonly password: string;
  /** Secret. For workers, which keep a session. */
  readonly directUrl: string;
  /** Secret. Through the pooler, for functions that come and go. */
  readonly pooledUrl: string;
  /** Schemas in which PostgreSQL lets everybody create, however little was granted. */
  readonly createsIn: readonly string[];
}

/**
 * The role of the application and the login that it uses: it reads and writes rows and cannot change the schema. Both are made by
 * SQL as the owner, because Neon's API makes every role a member of `neon_superuser`.
 */
export const provider: ProviderModule<ApplicationRoleInputs, ApplicationRoleOutputs> = {
  replaceOn: ["projectId", "branchId", "name"],

  async create(news, context) {
    const outputs = await make(news, { name: news.name, password: newPassword() }, context);
    return { id: `${news.branchId}/${news.name}`, outputs };
  },

  async read(_id, olds, context) {
    const addresses = await ignoreNotFound(ownerAddresses(olds, context));
    if (!addresses) return undefined;
    return {
      outputs: { ...olds, ...applicationAddresses(addresses, loginOf(olds)) },
      changedOutOfBand: await changesOf(olds),
    };
  },

  /** Its password stays as it is. */
  async adopt(_id, inputs, context) {
    const neon = await openNeon(context.access.neon);
    const { projectId, branchId, name } = inputs;
    const password = await neon.postgres.roles.password({ projectId, branchId, roleName: name });
    const found = await ownerAddresses(inputs, context);
    return { ...inputs, password, ...applicationAddresses(found, { name, password }), createsIn: [] };
  },

  // The same password as long as its version is the same: what was changed out of band is fixed without a deployment.
  async update(_id, olds, news, context) {
    const isSame = olds.passwordVersion === news.passwordVersion;
    return make(news, isSame ? loginOf(olds) : newLogin(news.name), context);
  },

  async delete(_id, olds, context) {
    const addresses = await ignoreNotFound(ownerAddresses(olds, context));
    if (!addresses) return;
    await connected(addresses.direct, limits, async (client) => {
      const logins = await otherLogins(client, { role: olds.name, login: olds.name });
      for (const name of [...logins, olds.name]) await dropRole(client, name);
    });
  },
};

async function make(
  news: ApplicationRoleInputs,
  login: Login,
  context: ProviderContext,
): Promise<ApplicationRoleOutputs> {
  const { name, owner, database, schemas } = news;
  const addresses = await ownerAddresses(news, context);
  const createsIn = await connected(addresses.direct, limits, (client) =>
    withControlPlane(client, () => grantRights(client, { role: name, owner, database, schemas }, login)),
  ).catch((error: unknown) => {
    const status = controlPlaneStatus(error);
    throw new Error(
      `the role ${name} cannot be given its rights by ${owner}: ${(error as Error).message}. ${
        status === undefined
          ? `Where another role made it, delete ${name} in the Neon console and run the same command again`
          : status >= 500
            ? `That is Neon's own failure, see ${statusPages.neon}; then run the same command again`
            : "Neon does not accept this change of a role"
      }`,
      { cause: error },
    );
  });
  if (createsIn.length > 0)
    context.note(
      `the role ${login.name} can create tables in the schema ${createsIn.join(", ")}: PostgreSQL 14 lets everybody. ` +
        "From 15 on it does not",
    );
  const { password } = login;
  return { ...news, login: login.name, password, ...applicationAddresses(addresses, login), createsIn };
}

function loginOf({ name, login = name, password }: ApplicationRoleOutputs): Login {
  return { name: login, password };
}

const limits = { queryMilliseconds: 30_000 };

interface Addresses {
  readonly direct: string;
  readonly pooled: string;
}

/** Neon returns them with the owner's password of now, so that a new one needs nothing here. */
async function ownerAddresses(
  { projectId, branchId, endpointId, database, owner }: ApplicationRoleInputs,
  { access }: ProviderContext,
): Promise<Addresses> {
  const neon = await openNeon(access.neon);
  const login = { projectId, branchId, endpointId, database, role: owner };
  return {
    direct: await databaseAddress(neon, login),
    pooled: await databaseAddress(neon, login, "pooled"),
  };
}

/** The same place by another login. */
function applicationAddresses(
  { direct, pooled }: Addresses,
  login: Login,
): Pick<ApplicationRoleOutputs, "directUrl" | "pooledUrl"> {
  return { directUrl: byLogin(direct, login), pooledUrl: byLogin(pooled, login) };
}

/** By PostgreSQL's codes, why a login is refused, where that is something to be fixed. */
const refusals: Readonly<Record<string, string>> = {
  "28P01": "the database refuses its password, or has no such role",
  "28000": "the database does not let it log in",
  "3D000": "its database is gone",
  "42501": "the database does not let it in",
};

/** Asked by the role itself: who can log in can ask what it may do. One that cannot be reached shows nothing. */
async function changesOf({
  directUrl,
  name: role,
  owner,
  schemas,
  createsIn,
}: ApplicationRoleOutputs): Promise<readonly string[]> {
  try {
    return await connected(directUrl, limits, (client) =>
      strayRights(client, { role, owner, schemas }, createsIn),
    );
  } catch (error) {
    const refusal = refusals[(error as { code?: string }).code ?? ""];
    return refusal === undefined ? [] : [refusal];
  }
}
