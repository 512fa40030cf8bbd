import type { GitHub, Repository } from "./client.ts";
import { GitHubError } from "./client.ts";

/** A right of a fine-grained token, with what lacks without it. */
export interface Right {
  readonly name: string;
  readonly what: string;
}

interface Probed extends Right {
  /** A path below the repository whose read requires the right. */
  readonly path: string;
}

/** Each right of docs/secrets.md that a read can show; check runs have none, and CI's result is looked at separately. */
const rights: readonly Probed[] = [
  { name: "contents", what: "lease and record", path: "/commits?per_page=1" },
  { name: "deployments", what: "the record of a rollout", path: "/deployments?per_page=1" },
  { name: "secrets", what: "secrets of the repository", path: "/actions/secrets/public-key" },
  { name: "administration", what: "rules of branches and environments", path: "/actions/runners?per_page=1" },
  { name: "actions", what: "result of CI, environments", path: "/actions/runs?per_page=1" },
  { name: "issues", what: "the incident of a rollback", path: "/issues?per_page=1" },
  { name: "pull_requests", what: "environments of pull requests", path: "/pulls?per_page=1" },
];

/**
 * The rights that the token lacks: GitHub refuses even to read. Whether it may write shows only when it does.
 *
 * @param commit whose statuses are read.
 * @param environment whose secrets are read.
 */
export async function missingRights(
  github: GitHub,
  { owner, repository }: Repository,
  { commit, environment }: { readonly commit: string | undefined; readonly environment: string },
): Promise<readonly Right[]> {
  const probes: readonly Probed[] = [
    ...rights,
    {
      name: "environments",
      what: "secrets of the environment",
      path: `/environments/${encodeURIComponent(environment)}/secrets/public-key`,
    },
    ...(commit === undefined
      ? []
      : [{ name: "statuses", what: "commit statuses", path: `/commits/${commit}/status?per_page=1` }]),
  ];
  const found = await Promise.all(
    probes.map(async ({ path, ...right }) =>
      (await isForbidden(github, `/repos/${owner}/${repository}${path}`)) ? [right] : [],
    ),
  );
  return found.flat();
}

async function isForbidden(github: GitHub, path: string): Promise<boolean> {
  try {
    await github.request(`GET ${path}`);
    return false;
  } catch (error) {
    if (!(error instanceof GitHubError) || error.status === undefined || error.status >= 500) throw error;
    // 404 and 422: what is asked for is not there, or GitHub does not know the commit.
    return error.missingRight !== undefined;
  }
}
