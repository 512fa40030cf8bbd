import { beforeEach, expect, it } from "vitest";
import { at, emptyTree, jobToken, pushedCommit, useGitHub } from "../../cloud/github/test-client.ts";
import { githubFacts } from "./index.ts";
import { ask, type Answer, type Cause, emulated, expectAsSeen, rowOf } from "./test-refusals.ts";

const { cloud, octokit } = useGitHub();
beforeEach(() => cloud.account.reset());

const repository = "/repos/{owner}/{repo}";
const environment = `${repository}/environments/{environment_name}`;
const here = { owner: at.owner, repo: at.repo };
const sha = pushedCommit("seen");

const github = (
  call: string,
  variables: Readonly<Record<string, string>> = {},
  more: { readonly body?: unknown; readonly token?: string } = {},
): Promise<Answer> => ask(cloud, call, { ...here, ...variables }, more);

const withAccount =
  (setting: string, value: string, cause: () => Promise<Answer>): Cause =>
  async () => {
    await cloud.account.set(setting, value);
    return cause();
  };

const commit = async (message: string, parents: string[] = []): Promise<string> =>
  (await octokit.git.createCommit({ ...at, message, tree: emptyTree, parents })).data.sha;

const causes: Readonly<Record<string, Cause>> = {
  "any: a token that is not one": () => github(`GET ${repository}`, {}, { token: "wrong" }),
  [`GET ${environment}: an environment that is not there`]: () => github(`GET ${environment}`),
  "any: a right that the token lacks": withAccount("github.lacks", "secrets", () =>
    github(`GET ${repository}/actions/secrets/public-key`),
  ),
  "any: too many calls, or too many writes": "cloud/github/account.test.ts",
  [`PUT ${environment}: reviewers or a wait on a plan without them`]: withAccount("github.plan", "team", () =>
    github(`PUT ${environment}`, { environment_name: "waits" }, { body: { wait_timer: 5 } }),
  ),
  [`PATCH ${repository}/git/refs/{ref}: a commit that does not follow`]: async () => {
    await octokit.git.createRef({ ...at, ref: "refs/heads/moved", sha: await commit("first") });
    const body = { sha: await commit("other") };
    return github(`PATCH ${repository}/git/refs/{ref}`, { ref: "heads/moved" }, { body });
  },
  [`POST ${repository}/git/refs: a name that is taken`]: async () => {
    const body = { ref: "refs/heads/taken", sha: await commit("taken") };
    await github(`POST ${repository}/git/refs`, {}, { body });
    return github(`POST ${repository}/git/refs`, {}, { body });
  },
  [`POST ${repository}/deployments: required contexts that are not green`]: async () => {
    await octokit.repos.createCommitStatus({ ...at, sha, state: "failure", context: "ci" });
    return github(
      `POST ${repository}/deployments`,
      {},
      { body: { ref: sha, environment: "x", auto_merge: false, required_contexts: ["ci"] } },
    );
  },
  [`POST ${repository}/pulls: a pull request of that branch is open`]: "cloud/github/issues.test.ts",
  [`POST ${repository}/check-runs: completed without a conclusion`]: async () => {
    const body = { name: "x", head_sha: sha, status: "completed" };
    return github(
      `POST ${repository}/check-runs`,
      {},
      { body, token: await jobToken(cloud, { checks: "write" }) },
    );
  },
  [`POST ${repository}/check-runs: a token that is of no app`]: () =>
    github(`POST ${repository}/check-runs`, {}, { body: { name: "x", head_sha: sha } }),
};

it.each(emulated(githubFacts.refusals).map((fact) => [rowOf(fact), fact] as const))(
  "%s",
  async (row, fact) => {
    const cause = causes[row];
    expect(cause, "a cause in this file, or notEmulated with the reason").toBeDefined();
    if (cause) await expectAsSeen(fact, cause);
  },
);
