import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { sameValue } from "../../shared/same-value.ts";
import type { SecretDigest } from "../client.ts";
import { appPath, openFly } from "../client.ts";
import { orGone } from "../../shared/or-gone.ts";

export interface AppSecretsInputs {
  readonly app: string;
  /** Secret. Every secret of the app; one that is not named here is taken away. */
  readonly values: Readonly<Record<string, string>>;
}

export interface AppSecretsOutputs extends AppSecretsInputs {
  /** Fly's own digest of each value: what a refresh can compare. */
  readonly digests: Readonly<Record<string, string>>;
  /** Digests and dates as one text; changes when any secret was set anew, also to the same value. */
  readonly version: string;
}

/** All secrets of an app, set by one call in its body. Machines get them with the next deployment. */
export const provider: ProviderModule<AppSecretsInputs, AppSecretsOutputs> = {
  replaceOn: ["app"],

  async create(news, { access }) {
    return { id: news.app, outputs: await bringInLine(news, openFly(access.fly)) };
  },

  async read(id, olds, { access }) {
    const secrets = await orGone(secretsOf(id, openFly(access.fly)));
    if (!secrets) return undefined;
    const seen = digestsOf(secrets);
    // Values cannot be read back. Those whose digest changed are shown as absent, so the next `up` sets them.
    const kept = Object.fromEntries(
      Object.entries(olds.values).filter(([name]) => seen[name] === olds.digests[name]),
    );
    const strangers = Object.keys(seen).filter((name) => !(name in olds.digests));
    if (strangers.length === 0 && sameValue(kept, olds.values)) return { outputs: olds };
    const values = { ...kept, ...Object.fromEntries(strangers.map((name) => [name, ""])) };
    return {
      outputs: { app: id, values, digests: seen, version: versionOf(secrets) },
      inputs: { app: id, values },
    };
  },

  async update(_id, _olds, news, { access }) {
    return bringInLine(news, openFly(access.fly));
  },

  async delete(id, olds, { access }) {
    const fly = openFly(access.fly);
    const values = Object.fromEntries(Object.keys(olds.values).map((name) => [name, null]));
    await orGone(fly({ method: "POST", path: `${appPath(id)}/secrets`, body: { values }, repeatable: true }));
  },
};

type Fly = ReturnType<typeof openFly>;

async function bringInLine(news: AppSecretsInputs, fly: Fly): Promise<AppSecretsOutputs> {
  const before = await secretsOf(news.app, fly);
  const surplus = before.map(({ name }) => name).filter((name) => !(name in news.values));
  const values = { ...news.values, ...Object.fromEntries(surplus.map((name) => [name, null])) };
  await fly({ method: "POST", path: `${appPath(news.app)}/secrets`, body: { values }, repeatable: true });
  const secrets = await secretsOf(news.app, fly);
  return { ...news, digests: digestsOf(secrets), version: versionOf(secrets) };
}

async function secretsOf(app: string, fly: Fly): Promise<readonly SecretDigest[]> {
  const { secrets } = await fly<{ secrets: readonly SecretDigest[] }>({
    method: "GET",
    path: `${appPath(app)}/secrets`,
  });
  return secrets;
}

function digestsOf(secrets: readonly SecretDigest[]): Record<string, string> {
  return Object.fromEntries(secrets.map(({ name, digest }) => [name, digest]));
}

function versionOf(secrets: readonly SecretDigest[]): string {
  return secrets
    .map(({ name, digest, updated_at: updatedAt = "" }) => `${name}=${digest}@${updatedAt}`)
    .sort()
    .join(" ");
}
