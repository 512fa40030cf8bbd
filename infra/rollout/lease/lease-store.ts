import type { GitHub, Repository } from "../../github/client.ts";
import { GitHubError } from "../../github/client.ts";
import { noteTree } from "../../github/note-tree.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { refusalByRules } from "../../github/refused-by-rules.ts";
import { rolloutRef } from "../../github/rollout-refs.ts";
import type { Lease } from "./lease.ts";
import { leaseSchema } from "./lease.ts";

/** Where the lease of one environment is. */
export interface LeasePlace extends Repository {
  readonly environment: string;
  /** What is rolled out under it. */
  readonly commit: string;
}

/** A lease as it was found. */
export interface StoredLease {
  /** The commit that holds it; the next one has to come after it. */
  readonly sha: string;
  /** Undefined where what was written there is no lease. */
  readonly lease: Lease | undefined;
  /** How long ago it was written when it was read, both by GitHub's own clock; in milliseconds. Undefined where GitHub does not say. */
  readonly age: number | undefined;
}

/**
 * The lease is a chain of commits under a ref of its own. GitHub moves a ref without force only to a commit that comes
 * after the one it points at: of two that saw the same lease one moves it, the other is refused. So the chain is also
 * the log of all who held it.
 */
export async function readLease(github: GitHub, place: LeasePlace): Promise<StoredLease | undefined> {
  const { owner, repository: repo } = place;
  const found = await ignoreNotFound(github.rest.git.getRef({ owner, repo, ref: refOf(place) }));
  if (!found) return undefined;
  const { sha } = found.data.object;
  const { data, headers } = await github.rest.git.getCommit({ owner, repo, commit_sha: sha });
  const { data: lease } = leaseSchema.safeParse(parse(data.message));
  return { sha, lease, age: between(data, headers.date) };
}

/** How long ago a commit was made when GitHub answered; undefined where one of both has no date. */
function between(
  commit: { readonly committer?: { readonly date?: string } },
  answered = "",
): number | undefined {
  const age = Date.parse(answered) - Date.parse(commit.committer?.date ?? "");
  return Number.isNaN(age) ? undefined : age;
}

/** Puts a lease in the place of the one that was seen. Gives its commit; none when another user was faster. */
export async function writeLease(
  github: GitHub,
  place: LeasePlace,
  seen: string | undefined,
  lease: Lease,
): Promise<string | undefined> {
  const { owner, repository: repo } = place;
  const { sha } = (
    await github.rest.git.createCommit({
      owner,
      repo,
      message: JSON.stringify(lease),
      tree: await noteTree(github, place),
      parents: seen === undefined ? [] : [seen],
    })
  ).data;
  try {
    if (seen === undefined)
      await github.rest.git.createRef({ owner, repo, ref: `refs/${refOf(place)}`, sha });
    else await github.rest.git.updateRef({ owner, repo, ref: refOf(place), sha, force: false });
    return sha;
  } catch (error) {
    // Refused, or the answer was lost: what is there now shows which of both.
    if (!(error instanceof GitHubError)) throw error;
    const byRules = refusalByRules(error, refOf(place));
    if (byRules) throw byRules;
    const now = await readLease(github, place);
    if (now?.sha === sha) return sha;
    if (error.status === 422 || error.status === 409) return undefined;
    throw error;
  }
}

/** The ref of an environment's lease, without `refs/`. */
export function leaseRef(environment: string): string {
  return rolloutRef(environment, "lease");
}

function refOf({ environment }: LeasePlace): string {
  return leaseRef(environment);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
