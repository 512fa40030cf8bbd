import type { GitHub, Repository } from "../github/client.ts";

/** Whose approval migrations require that lose data or that no earlier release can live with. */
export interface Reviewed {
  /** Ids of people on GitHub. */
  readonly reviewers: readonly number[];
  /** Folder of the migrations, from the root of the repository. */
  readonly folder: string;
  /** The stack that a user names. */
  readonly stack: string;
}

/** A reviewer's approval of a set of migrations, as GitHub authenticated it. */
export interface Approval {
  /** Login and id of the reviewer. */
  readonly by: string;
  readonly reviewer: number;
  /** RFC 3339. */
  readonly at: string;
  /** Digest of the set of migrations. */
  readonly migrations: string;
  /** Id of the commit status. */
  readonly status: number;
}

export interface ToApprove extends Repository, Reviewed {
  readonly environment: string;
  readonly commit: string;
  /** Digest of the commit's set of migrations. */
  readonly digest: string;
  /** Names of the migrations that require it. */
  readonly names: readonly string[];
}

/** Context of the commit status that approves, which a reviewer makes with a token of their own. */
export function approvalContext(environment: string): string {
  return `rollout/approval/${environment}`;
}

/** Its description: an approval is of this set and of no other. */
export function approvalText(digest: string): string {
  return `migrations ${digest}`;
}

/** GitHub's own user for commits that it makes, such as merges. */
const webFlow = 19_864_447;

/** Who wrote the migrations, by the commits of their files; and the commits whose author GitHub does not know. */
export async function migrationAuthors(
  { owner, repository: repo, commit: sha, folder, names }: ToApprove,
  github: GitHub,
): Promise<{ readonly ids: ReadonlySet<number>; readonly unknown: readonly string[] }> {
  const ids = new Set<number>();
  const unknown: string[] = [];
  for (const name of names) {
    const path = `${folder}/${name}.sql`;
    const commits = await github.paginate(github.rest.repos.listCommits, {
      ...{ owner, repo, sha, path, per_page: 100 },
    });
    if (commits.length === 0) unknown.push(`GitHub has no commit of ${path}: push it`);
    for (const { sha: of, author, committer } of commits) {
      const people = [author?.id, committer?.id].filter((id) => id !== undefined && id !== webFlow);
      if (author?.id === undefined)
        unknown.push(
          `GitHub knows no user for the author of commit ${of.slice(0, 12)} of ${path}, who could be the reviewer: ` +
            "commit with an e-mail address of a GitHub account",
        );
      for (const id of people) if (id !== undefined) ids.add(id);
    }
  }
  return { ids, unknown };
}

/**
 * The approval of the commit's migrations for the environment: the newest status of a named reviewer who has written none of
 * them. A status by a job or an App is none, since its token says nothing of a person.
 */
export async function findApproval(
  wanted: ToApprove,
  github: GitHub,
): Promise<{ readonly approval: Approval; readonly fault?: never } | { readonly fault: string }> {
  const { owner, repository: repo, commit, environment, digest, reviewers, names, stack } = wanted;
  const refused = (...reasons: readonly string[]): { readonly fault: string } => ({
    fault:
      `${names.map((name) => `${name}.sql`).join(", ")}: ${environment} requires the approval of a reviewer for this set of migrations ` +
      `(${digest.slice(0, 12)}) on commit ${commit.slice(0, 12)}; ${reasons.join("; ")}. ` +
      `A reviewer who has not written them gives it: bin/rollout approve --stack ${stack}`,
  });
  const context = approvalContext(environment);
  const statuses = await github.paginate(github.rest.repos.listCommitStatusesForRef, {
    ...{ owner, repo, ref: commit, per_page: 100 },
  });
  const seen = new Set<number>();
  // Newest first: of each user the last word counts.
  const newest = statuses.filter(({ context: of, creator }) => {
    if (of !== context || !creator || seen.has(creator.id)) return false;
    seen.add(creator.id);
    return true;
  });
  if (newest.length === 0) return refused("there is none");
  const { ids, unknown } = await migrationAuthors(wanted, github);
  if (unknown.length > 0) return refused(...unknown);
  const reasons: string[] = [];
  for (const { id, creator, state, description, created_at: at } of newest) {
    const by = creator?.login ?? "";
    const reviewer = creator?.id ?? 0;
    const why = [
      ...(creator?.type === "User" && reviewers.includes(reviewer) ? [] : ["is no named reviewer"]),
      ...(ids.has(reviewer) ? ["has written one of them"] : []),
      ...(state === "success" ? [] : ["has withdrawn it"]),
      ...(description === approvalText(digest) ? [] : ["has approved another set"]),
    ];
    if (why.length === 0) return { approval: { by, reviewer, at, migrations: digest, status: id } };
    reasons.push(`${by} ${why.join(" and ")}`);
  }
  return refused(...reasons);
}

/** One provider process serves one rollout. */
let ofThisRun: Approval | undefined;

/** Keeps what the gate has found for the record. */
export function noteApproval(approval: Approval | undefined): void {
  ofThisRun = approval;
}

/** The approval by which this run passed the gate; undefined where it required none. */
export function approvalOfRun(): Approval | undefined {
  return ofThisRun;
}
