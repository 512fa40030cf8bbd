import type { ProviderModule } from "../../dynamic/provider-module.ts";
import type { GitHub, Repository } from "../../github/client.ts";
import { GitHubError, openGitHub } from "../../github/client.ts";

export interface GateInputs extends Repository {
  readonly environment: string;
  readonly commit: string;
  /** Names of the commit statuses or check runs that must be a success. */
  readonly requiredChecks: readonly string[];
}

/**
 * Lets a release into an environment or refuses it. It only reads: a refused rollout has written nothing anywhere.
 * It runs in `up` alone; a preview says that it will be asked.
 */
export const provider: ProviderModule<GateInputs, GateInputs> = {
  async create(news, { access }) {
    await admit(news, await openGitHub(access.github));
    return { id: news.environment, outputs: news };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  async update(_id, _olds, news, { access }) {
    await admit(news, await openGitHub(access.github));
    return news;
  },
};

async function admit(news: GateInputs, github: GitHub): Promise<void> {
  const found = await checksOf(news, github);
  const faults = news.requiredChecks.flatMap((name) => {
    const states = found.get(name);
    if (!states) return [`check ${name}: none was reported`];
    const bad = states.filter((state) => state !== "success");
    return bad.length > 0 ? [`check ${name}: expected success, found ${bad.join(", ")}`] : [];
  });
  if (faults.length > 0)
    throw new Error(
      `refused: ${news.environment} wants a green CI on commit ${news.commit.slice(0, 12)}; nothing was changed\n` +
        faults.map((fault) => `  ${fault}`).join("\n"),
    );
}

/** @throws Error that says to push the commit, where GitHub does not know it. */
async function orUnknown<T>(call: Promise<{ readonly data: T }>, { commit }: GateInputs): Promise<T> {
  try {
    return (await call).data;
  } catch (error) {
    if (error instanceof GitHubError && [404, 422].includes(error.status ?? 0))
      throw new Error(
        `refused: GitHub does not know commit ${commit.slice(0, 12)}, or the token may not read it; nothing was changed. ` +
          "Push the commit: git push",
        { cause: error },
      );
    throw error;
  }
}

/** The newest state of each commit status, and the conclusion of each check run, by name. */
async function checksOf(news: GateInputs, github: GitHub): Promise<ReadonlyMap<string, readonly string[]>> {
  const place = { owner: news.owner, repo: news.repository, ref: news.commit, per_page: 100 };
  const found = new Map<string, string[]>();
  const add = (name: string, state: string): void =>
    void found.set(name, [...(found.get(name) ?? []), state]);
  const combined = await orUnknown(github.rest.repos.getCombinedStatusForRef(place), news);
  for (const { context, state } of combined.statuses) add(context, state);
  for (const run of await github.paginate(github.rest.checks.listForRef, { ...place, filter: "latest" }))
    add(run.name, run.conclusion ?? run.status);
  return found;
}
