import type { GitHub, Repository } from "../github/client.ts";
import { GitHubError } from "../github/client.ts";

export interface CommitChecks extends Repository {
  readonly commit: string;
  /** Names of the commit statuses or check runs that must be a success. */
  readonly requiredChecks: readonly string[];
}

/** A page of GitHub's lists. */
const pageSize = 100;

/** What is wrong with the checks of a commit; empty when each that is required was reported and is green. */
export async function checkFaults(wanted: CommitChecks, github: GitHub): Promise<readonly string[]> {
  const commit = wanted.commit.slice(0, 12);
  if (wanted.requiredChecks.length === 0)
    return ["no check is required, and a rollout wants at least one: set atlaris:github.requiredChecks"];
  let found: ReadonlyMap<string, readonly string[]>;
  try {
    found = await checksOf(wanted, github);
  } catch (error) {
    if (error instanceof GitHubError && [404, 422].includes(error.status ?? 0))
      return [
        `GitHub does not know commit ${commit}, or the token may not read it. Push the commit: git push`,
      ];
    throw error;
  }
  return wanted.requiredChecks.flatMap((name) => {
    const states = found.get(name);
    if (!states) return [`check ${name} of commit ${commit}: none was reported`];
    const bad = states.filter((state) => state !== "success");
    return bad.length > 0
      ? [`check ${name} of commit ${commit}: expected success, found ${bad.join(", ")}`]
      : [];
  });
}

/** The newest state of each commit status, and the conclusion of each check run, by name. */
async function checksOf(
  { owner, repository: repo, commit: ref }: CommitChecks,
  github: GitHub,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const place = { owner, repo, ref, per_page: pageSize };
  const found = new Map<string, string[]>();
  const add = (name: string, state: string): void =>
    void found.set(name, [...(found.get(name) ?? []), state]);
  for (let page = 1; ; page += 1) {
    const { data } = await github.rest.repos.getCombinedStatusForRef({ ...place, page });
    for (const { context, state } of data.statuses) add(context, state);
    if (data.statuses.length < pageSize) break;
  }
  for (const run of await checkRuns(place, github)) add(run.name, run.conclusion ?? run.status);
  return found;
}

/** Fine-grained tokens have no right to check runs; for them the statuses alone count. */
async function checkRuns(
  place: { readonly owner: string; readonly repo: string; readonly ref: string; readonly per_page: number },
  github: GitHub,
) {
  try {
    return await github.paginate(github.rest.checks.listForRef, { ...place, filter: "latest" });
  } catch (error) {
    if (error instanceof GitHubError && error.status === 403) return [];
    throw error;
  }
}
