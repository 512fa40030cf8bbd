import type { ProviderModule } from "../../dynamic/provider-module.ts";
import type { Fly, SecretDigest } from "../client.ts";
import { appPath, openFly } from "../client.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { namedChanges } from "../../shared/named-changes.ts";

export interface AppSecretsInputs {
  readonly app: string;
  /** Secret. Every secret of the app; one that is neither named here nor was adopted is deleted. */
  readonly values: Readonly<Record<string, string>>;
}

export interface AppSecretsOutputs extends AppSecretsInputs {
  /** Fly's own digest of each value: what a refresh can compare. */
  readonly digests: Readonly<Record<string, string>>;
  /** Digests and dates as one text; changes when any secret was set again, also to the same value. */
  readonly version: string;
  /** Fly's own number of the app's secrets as they were set; a machine can wait for it. */
  readonly minVersion?: number;
  /** Names of secrets that the app had when it was adopted: they stay, with the values that they have. */
  readonly kept?: readonly string[];
}

/** All secrets of an app, set by one call in its body. Machines get them with the next deployment. */
export const provider: ProviderModule<AppSecretsInputs, AppSecretsOutputs> = {
  replaceOn: ["app"],

  async create(news, { access }) {
    return { id: news.app, outputs: await bringInLine(news, openFly(access.fly)) };
  },

  async read(id, olds, { access }) {
    const secrets = await ignoreNotFound(secretsOf(id, openFly(access.fly)));
    if (!secrets) return undefined;
    // Values cannot be read back; Fly's digests show whether they are ours.
    const isOurs = ([name]: readonly [string, string]): boolean =>
      name in olds.values || !olds.kept?.includes(name);
    const ours = (digests: Digests): Digests => Object.fromEntries(Object.entries(digests).filter(isOurs));
    return { outputs: olds, changedOutOfBand: namedChanges(ours(olds.digests), ours(digestsOf(secrets))) };
  },

  async adopt(id, { app }, { access }) {
    const secrets = await secretsOf(id, openFly(access.fly));
    const kept = secrets.map(({ name }) => name).sort();
    return { app, values: {}, digests: digestsOf(secrets), version: versionOf(secrets), kept };
  },

  async update(_id, olds, news, { access }) {
    return bringInLine(news, openFly(access.fly), olds.kept);
  },

  async delete(id, olds, { access }) {
    const fly = openFly(access.fly);
    const values = Object.fromEntries(Object.keys(olds.values).map((name) => [name, null]));
    await ignoreNotFound(
      fly({ method: "POST", path: `${appPath(id)}/secrets`, body: { values }, repeatable: true }),
    );
  },
};

async function bringInLine(
  news: AppSecretsInputs,
  fly: Fly,
  kept: readonly string[] = [],
): Promise<AppSecretsOutputs> {
  const before = await secretsOf(news.app, fly);
  const surplus = before
    .map(({ name }) => name)
    .filter((name) => !(name in news.values) && !kept.includes(name));
  const values = { ...news.values, ...Object.fromEntries(surplus.map((name) => [name, null])) };
  const { version } = await fly<{ version: number }>({
    method: "POST",
    path: `${appPath(news.app)}/secrets`,
    body: { values },
    repeatable: true,
  });
  const secrets = await secretsOf(news.app, fly, version);
  return {
    ...news,
    digests: digestsOf(secrets),
    version: versionOf(secrets),
    minVersion: version,
    ...(kept.length === 0 ? {} : { kept }),
  };
}

/** @param minVersion Fly answers from several places; this one must have heard of that version. */
async function secretsOf(app: string, fly: Fly, minVersion?: number): Promise<readonly SecretDigest[]> {
  const { secrets } = await fly<{ secrets: readonly SecretDigest[] }>({
    method: "GET",
    path: `${appPath(app)}/secrets${minVersion === undefined ? "" : `?min_version=${String(minVersion)}`}`,
  });
  return secrets;
}

type Digests = Readonly<Record<string, string>>;

function digestsOf(secrets: readonly SecretDigest[]): Record<string, string> {
  return Object.fromEntries(secrets.map(({ name, digest = "" }) => [name, digest]));
}

function versionOf(secrets: readonly SecretDigest[]): string {
  return secrets
    .map(({ name, digest = "", updated_at: updatedAt = "" }) => `${name}=${digest}@${updatedAt}`)
    .sort()
    .join(" ");
}
