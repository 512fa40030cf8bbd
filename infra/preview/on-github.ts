import { previewRefs } from "../github/rollout-refs.ts";
import type { CloudAccess } from "../shared/cloud-access.ts";
import type { GitHub } from "../github/client.ts";
import { GitHubError, openGitHub } from "../github/client.ts";
import { leaseStatusOf } from "../rollout/lease/lease.ts";
import { leaseRef, readLease } from "../rollout/lease/lease-store.ts";
import { isProcessAlive, thisMachine } from "../shared/machine.ts";
import { ignoreNotFound } from "../shared/ignore-not-found.ts";
import type { Leftover, PreviewPlace } from "./leftover.ts";
import { LeftoverStays } from "./leftover.ts";
import { previewName, pullRequestOf } from "./names.ts";

/** How a pull request stands on GitHub. */
export type PullRequestState = "open" | "closed" | "unknown";

export interface SeenPullRequest {
  readonly state: PullRequestState;
  /** Its git branch; absent where GitHub does not know the pull request. */
  readonly branch?: string;
  /** Whether the branch is one of this repository, and not a fork's. */
  readonly isOurs: boolean;
}

export async function pullRequestOnGitHub(
  { owner, repository: repo }: PreviewPlace,
  access: CloudAccess,
  number: number,
): Promise<SeenPullRequest> {
  const github = await openGitHub(access.github);
  const found = await ignoreNotFound(github.rest.pulls.get({ owner, repo, pull_number: number }));
  if (!found) return { state: "unknown", isOurs: true };
  const { state, head } = found.data;
  // The repository of a fork may be deleted; GitHub then names none, whatever its types declare.
  const from = (head.repo as { readonly full_name: string } | null)?.full_name.toLowerCase();
  return { state, branch: head.ref, isOurs: from === `${owner}/${repo}`.toLowerCase() };
}

/**
 * What GitHub keeps of the environments of pull requests. A rollout takes its lease before it writes anything else, and
 * the lease is removed last. A deployment that GitHub made later than that is named by its environment alone.
 */
export async function previewsOnGitHub(
  place: PreviewPlace,
  access: CloudAccess,
): Promise<readonly Leftover[]> {
  const github = await openGitHub(access.github);
  const { owner, repository: repo } = place;
  const at = { owner, repo, per_page: 100 };
  const [refs, environments] = await Promise.all([
    github.paginate(github.rest.git.listMatchingRefs, { ...at, ref: previewRefs }),
    environmentNames(github, at),
  ]);
  const names = [...refs.map(({ ref }) => ref.split("/")[3] ?? ""), ...environments];
  const numbers = new Set(names.flatMap((name) => pullRequestOf(name) ?? []));
  const found = await Promise.all([...numbers].map((each) => environmentOf(github, place, each)));
  return found.flat();
}

async function environmentOf(
  github: GitHub,
  { owner, repository: repo }: PreviewPlace,
  pullRequest: number,
): Promise<readonly Leftover[]> {
  const environment = previewName(pullRequest);
  const at = { owner, repo };
  const deployments = await github.paginate(github.rest.repos.listDeployments, {
    ...at,
    environment,
    per_page: 100,
  });
  const leftover = (what: string, call: () => Promise<unknown>): Leftover => ({
    cloud: "github",
    what,
    pullRequest,
    remove: async () => {
      await call();
    },
  });
  const seen = await ignoreNotFound(
    github.rest.repos.getEnvironment({ ...at, environment_name: environment }),
  );
  return [
    ...deployments.map(({ id }) =>
      leftover(`deployment ${String(id)} to ${environment}`, async () => {
        // GitHub deletes none that may still be active.
        await ignoreNotFound(
          github.rest.repos.createDeploymentStatus({ ...at, deployment_id: id, state: "inactive" }),
        );
        await ignoreNotFound(github.rest.repos.deleteDeployment({ ...at, deployment_id: id }));
      }),
    ),
    ...(seen
      ? [leftover(`environment ${environment}`, () => removeEnvironment(github, at, environment))]
      : []),
    {
      ...leftover(`lease of ${environment}`, () => removeRef(github, { ...at, ref: leaseRef(environment) })),
      isLease: true,
    },
  ];
}

async function environmentNames(
  github: GitHub,
  at: { readonly owner: string; readonly repo: string; readonly per_page: number },
): Promise<readonly string[]> {
  const listed = await github.paginate(github.rest.repos.getAllEnvironments, at);
  // Octokit takes the list out of each page, which its types miss where a page may lack it.
  return (listed as unknown as readonly { readonly name: string }[]).map(({ name }) => name);
}

/**
 * A deployment makes an environment of its name, which holds neither a secret nor a rule. To delete one takes administration,
 * which a token that is near the code of a pull request is not to have.
 */
async function removeEnvironment(
  github: GitHub,
  at: { readonly owner: string; readonly repo: string },
  environment: string,
): Promise<void> {
  try {
    await ignoreNotFound(github.rest.repos.deleteAnEnvironment({ ...at, environment_name: environment }));
  } catch (error) {
    if (!(error instanceof GitHubError && error.status === 403)) throw error;
    throw new LeftoverStays(
      `GITHUB_TOKEN has no right to administrate. It is empty; an administrator deletes it: ` +
        `gh api -X DELETE repos/${at.owner}/${at.repo}/environments/${environment}`,
      { cause: error },
    );
  }
}

/** GitHub answers 422 for a ref that is gone. */
async function removeRef(
  github: GitHub,
  place: { readonly owner: string; readonly repo: string; readonly ref: string },
): Promise<void> {
  try {
    await ignoreNotFound(github.rest.git.deleteRef(place));
  } catch (error) {
    if (!(error instanceof GitHubError && error.status === 422)) throw error;
  }
}

/** Behind whom an act on the environment would have to wait; undefined where no rollout is at work there. */
export async function atWorkOn(
  place: PreviewPlace,
  access: CloudAccess,
  pullRequest: number,
): Promise<string | undefined> {
  const github = await openGitHub(access.github);
  const found = await readLease(github, { ...place, environment: previewName(pullRequest), commit: "" });
  const standing = leaseStatusOf(found?.lease, {
    age: found?.age,
    unchangedFor: 0,
    machine: thisMachine(),
    isProcessAlive,
  });
  return standing.free ? undefined : standing.waitsFor;
}
