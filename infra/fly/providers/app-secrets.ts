import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { sameValue } from "../../shared/same-value.ts";
import type { SecretDigest } from "../client.ts";
import { appPath, openFly, orGone } from "../client.ts";

export interface AppSecretsInputs {
  readonly app: string;
  /** Secret. Every secret of the app; one that is not named here is taken away. */
  readonly values: Readonly<Record<string, string>>;
}

export interface AppSecretsOutputs extends AppSecretsInputs {
  /** Fly's own digest of each value: what a refresh can compare. */
  readonly digests: Readonly<Record<string, string>>;
  /** Digests as one text; changes when any secret was set anew. */
  readonly version: string;
}

/** All secrets of an app, set by one call in its body. Machines get them with the next deployment. */
export const provider: ProviderModule<AppSecretsInputs, AppSecretsOutputs> = {
  replaceOn: ["app"],

  async create(news, { access }) {
    return { id: news.app, outputs: await bringInLine(news, openFly(access.fly)) };
  },

  async read(id, olds, { access }) {
    const seen = await orGone(digestsOf(id, openFly(access.fly)));
    if (!seen) return undefined;
    // Values cannot be read back. Those whose digest changed are shown as absent, so the next `up` sets them.
    const kept = Object.fromEntries(
      Object.entries(olds.values).filter(([name]) => seen[name] === olds.digests[name]),
    );
    const strangers = Object.keys(seen).filter((name) => !(name in olds.digests));
    if (strangers.length === 0 && sameValue(kept, olds.values)) return { outputs: olds };
    const values = { ...kept, ...Object.fromEntries(strangers.map((name) => [name, ""])) };
    return {
      outputs: { app: id, values, digests: seen, version: versionOf(seen) },
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
  const before = await digestsOf(news.app, fly);
  const surplus = Object.keys(before).filter((name) => !(name in news.values));
  const values = { ...news.values, ...Object.fromEntries(surplus.map((name) => [name, null])) };
  await fly({ method: "POST", path: `${appPath(news.app)}/secrets`, body: { values }, repeatable: true });
  const digests = await digestsOf(news.app, fly);
  return { ...news, digests, version: versionOf(digests) };
}

async function digestsOf(app: string, fly: Fly): Promise<Record<string, string>> {
  const { secrets } = await fly<{ secrets: readonly SecretDigest[] }>({
    method: "GET",
    path: `${appPath(app)}/secrets`,
  });
  return Object.fromEntries(secrets.map(({ name, digest }) => [name, digest]));
}

function versionOf(digests: Readonly<Record<string, string>>): string {
  return Object.entries(digests)
    .map(([name, digest]) => `${name}=${digest}`)
    .sort()
    .join(" ");
}
