import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { visibleWithin } from "../../shared/just-made.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { waitUntil } from "../../shared/wait-until.ts";
import { type GitHub, type Repository, openGitHub } from "../client.ts";

export interface SecretInputs extends Repository {
  /** Environment whose jobs alone read it; absent for a secret of every workflow. */
  readonly environment?: string;
  readonly name: string;
  /** Secret. */
  readonly value: string;
}

export interface SecretOutputs extends SecretInputs {
  /** When it was set, by GitHub: all that is known of a value that cannot be read. */
  readonly updatedAt: string;
}

/** A secret of a repository's workflows, or of the jobs of one of its environments. GitHub never shows its value. */
export const provider: ProviderModule<SecretInputs, SecretOutputs> = {
  replaceOn: ["owner", "repository", "environment", "name"],
  deleteBeforeReplace: true,

  async create(news, { access }) {
    const { owner, repository, environment, name } = news;
    const id = [owner, repository, environment, name].filter((part) => part !== undefined).join("/");
    return { id, outputs: await set(news, await openGitHub(access.github)) };
  },

  async read(_id, olds, { access }) {
    const updatedAt = await ignoreNotFound(dateOf(olds, await openGitHub(access.github)));
    if (updatedAt === undefined) return undefined;
    return {
      outputs: olds,
      changedOutOfBand: Date.parse(updatedAt) === Date.parse(olds.updatedAt) ? [] : ["it was set again"],
    };
  },

  async adopt(_id, inputs, { access }) {
    return { ...inputs, value: "", updatedAt: await dateOf(inputs, await openGitHub(access.github)) };
  },

  async update(_id, _olds, news, { access }) {
    return set(news, await openGitHub(access.github));
  },

  async delete(_id, olds, { access }) {
    const { actions } = (await openGitHub(access.github)).rest;
    const place = ofRepository(olds);
    await ignoreNotFound<unknown>(
      olds.environment === undefined
        ? actions.deleteRepoSecret(place)
        : actions.deleteEnvironmentSecret({ ...place, environment_name: olds.environment }),
    );
  },
};

async function set(news: SecretInputs, github: GitHub): Promise<SecretOutputs> {
  const { actions } = github.rest;
  const { environment, value } = news;
  const place = ofRepository(news);
  if (environment === undefined) {
    const { data } = await actions.getRepoPublicKey(place);
    const secret = { encrypted_value: await sealed(value, data.key), key_id: data.key_id };
    const { headers } = await actions.createOrUpdateRepoSecret({ ...place, ...secret });
    return { ...news, updatedAt: await shownDate(news, headers.date, github) };
  }
  const ofEnvironment = { ...place, environment_name: environment };
  const { data } = await actions.getEnvironmentPublicKey(ofEnvironment);
  const secret = { encrypted_value: await sealed(value, data.key), key_id: data.key_id };
  const { headers } = await actions.createOrUpdateEnvironmentSecret({ ...ofEnvironment, ...secret });
  return { ...news, updatedAt: await shownDate(news, headers.date, github) };
}

/** GitHub's clocks may differ by less than this, in milliseconds. */
const clockTolerance = 5_000;

/**
 * When the secret was set, once GitHub shows that it was: a read may be of before, and a date of before would look like a
 * change manually later.
 */
async function shownDate(of: SecretInputs, setAt: string | undefined, github: GitHub): Promise<string> {
  const earliest = Date.parse(setAt ?? "") - clockTolerance;
  const what = `GitHub to show the secret ${of.name} as it was set`;
  return waitUntil({ what, limitMilliseconds: visibleWithin }, async () => {
    const updatedAt = await ignoreNotFound(dateOf(of, github));
    if (updatedAt === undefined) return { pending: "there is none" };
    // Where GitHub names no time of the change, any date counts.
    return Date.parse(updatedAt) < earliest ? { pending: `it was set at ${updatedAt}` } : { done: updatedAt };
  });
}

async function dateOf(of: SecretInputs, github: GitHub): Promise<string> {
  const { actions } = github.rest;
  const place = ofRepository(of);
  const { data } =
    of.environment === undefined
      ? await actions.getRepoSecret(place)
      : await actions.getEnvironmentSecret({ ...place, environment_name: of.environment });
  return data.updated_at;
}

function ofRepository({ owner, repository, name }: SecretInputs) {
  return { owner, repo: repository, secret_name: name };
}

/**
 * A text that only the holder of the key's other half can read: a sealed box, as GitHub wants its secrets
 * (docs.github.com/rest/guides/encrypting-secrets-for-the-rest-api).
 */
export async function sealed(text: string, publicKey: string): Promise<string> {
  const { default: sodium } = await import("libsodium-wrappers");
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  return sodium.to_base64(sodium.crypto_box_seal(text, sodium.from_base64(publicKey, ORIGINAL)), ORIGINAL);
}
