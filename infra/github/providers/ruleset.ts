import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import type { GitHub, Repository } from "../client.ts";
import { GitHubError, openGitHub } from "../client.ts";
import { changesOf, contentOf, type RulesetInputs, type SeenRuleset } from "../ruleset-content.ts";

export type RulesetOutputs = RulesetInputs & { readonly rulesetId: number };

/**
 * The rules of a branch: it is not deleted, reset or changed without a pull request; or of refs that one App writes. A resource of our own,
 * because it outlives its stack and has to be found again. See docs/decisions/rulesets.md.
 */
export const provider: ProviderModule<RulesetInputs, RulesetOutputs> = {
  replaceOn: ["owner", "repository"],

  async create(news, { access }) {
    const github = await openGitHub(access.github);
    const known = await idOf(news, github);
    const rulesetId = known === undefined ? await make(news, github) : await bringInLine(known, news, github);
    return { id: String(rulesetId), outputs: { ...news, rulesetId } };
  },

  async read(_id, olds, { access }) {
    const { repos } = (await openGitHub(access.github)).rest;
    const seen = await ignoreNotFound(repos.getRepoRuleset({ ...placeOf(olds), ruleset_id: olds.rulesetId }));
    if (!seen) return undefined;
    return { outputs: olds, changedOutOfBand: changesOf(seen.data as SeenRuleset, contentOf(olds)) };
  },

  adopt: (id, inputs) => Promise.resolve({ ...inputs, rulesetId: Number(id) }),

  async update(_id, olds, news, { access }) {
    const github = await openGitHub(access.github);
    return { ...news, rulesetId: await bringInLine(olds.rulesetId, news, github) };
  },

  async delete(_id, olds, { access }) {
    const { repos } = (await openGitHub(access.github)).rest;
    await ignoreNotFound<unknown>(repos.deleteRepoRuleset({ ...placeOf(olds), ruleset_id: olds.rulesetId }));
  },
};

async function idOf(news: RulesetInputs, github: GitHub): Promise<number | undefined> {
  const place = { ...placeOf(news), includes_parents: false, per_page: 100 };
  const all = await explained(github.paginate(github.rest.repos.getRepoRulesets, place));
  return all.find(({ name }) => name === news.name)?.id;
}

async function make(news: RulesetInputs, { rest }: GitHub): Promise<number> {
  const { data } = await explained(rest.repos.createRepoRuleset({ ...placeOf(news), ...contentOf(news) }));
  return data.id;
}

async function bringInLine(rulesetId: number, news: RulesetInputs, { rest }: GitHub): Promise<number> {
  await explained(
    rest.repos.updateRepoRuleset({ ...placeOf(news), ruleset_id: rulesetId, ...contentOf(news) }),
  );
  return rulesetId;
}

/** Explains what a 403 means here, which is mostly not a right that the token lacks. */
async function explained<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof GitHubError) || error.status !== 403) throw error;
    throw new GitHubError(
      `${error.message}. GitHub has rulesets for public repositories, and for private ones on a paid plan; the token ` +
        "needs the right to administrate. Without them: pulumi config set --path 'rollout:github.branchRules.branches' '[]'",
      403,
      error,
      { missingRight: error.missingRight, call: error.call },
    );
  }
}

function placeOf({ owner, repository }: Repository) {
  return { owner, repo: repository };
}
