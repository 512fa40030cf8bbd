import type { GitHub } from "../github/client.ts";
import type { CommitChecks, Reported, State } from "./ci-state.ts";

/** A page of GitHub's lists. */
const pageSize = 100;

/** The newest commit status of each context. */
export async function commitStatuses(
  { owner, repository: repo, commit: ref }: CommitChecks,
  github: GitHub,
): Promise<Reported> {
  const states = new Map<string, readonly State[]>();
  for (let page = 1; ; page += 1) {
    const { data } = await github.rest.repos.getCombinedStatusForRef({
      ...{ owner, repo, ref, page },
      per_page: pageSize,
    });
    for (const { context, state, target_url: url } of data.statuses) states.set(context, [{ state, url }]);
    if (data.statuses.length < pageSize) return { states };
  }
}

/** The newest check run of each name by one app, which no other can make: an app authenticates by its own key. */
export async function appChecks(
  slug: string,
  { owner, repository: repo, commit: ref }: CommitChecks,
  github: GitHub,
): Promise<Reported> {
  const all = await github.paginate(github.rest.checks.listForRef, {
    ...{ owner, repo, ref, per_page: pageSize },
    filter: "latest",
  });
  const ofApp = all.filter(({ app }) => app?.slug === slug).sort((one, other) => one.id - other.id);
  return {
    states: new Map(
      ofApp.map(({ name, status, conclusion, details_url, html_url }) => [
        name,
        [{ state: conclusion ?? status, url: details_url ?? html_url }],
      ]),
    ),
  };
}
