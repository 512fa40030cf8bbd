import { setTimeout as sleep } from "node:timers/promises";
import type { GitHub, Repository } from "@rollout/infra/github/client";
import { GitHubError } from "@rollout/infra/github/client";
import { markerOf } from "./markdown.ts";

export interface CommentPlace extends Repository {
  /** Number of the pull request. */
  readonly pullRequest: number;
}

interface Comment {
  readonly id: number;
  readonly url: string;
}

const tries = 3;
const pauseMilliseconds = 1000;

/**
 * Puts the review of a stack into the one comment that a pull request has of it: the one before is rewritten. It is
 * found by its marker, so that neither a lost answer nor two runs at once leave a second one.
 *
 * @returns Address of the comment.
 * @throws GitHubError when GitHub refuses it.
 */
export async function putComment(
  github: GitHub,
  place: CommentPlace,
  stack: string,
  body: string,
): Promise<string> {
  const marker = markerOf(stack);
  let made: Comment | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const [first, ...others] = await ours(github, place, marker, body);
    // GitHub answers from several places: one may not show yet what another took.
    const kept = first ?? made;
    if (kept) {
      for (const { id } of others) await remove(github, place, id);
      return kept.url;
    }
    try {
      const comment = { ...at(place), issue_number: place.pullRequest, body };
      const { data } = await github.rest.issues.createComment(comment);
      made = { id: data.id, url: data.html_url };
    } catch (error) {
      // Without an answer it may be there anyway: it is looked for before another one is made.
      const isLost = error instanceof GitHubError && (error.status === undefined || error.status >= 500);
      if (!isLost || attempt === tries) throw error;
      await sleep(pauseMilliseconds);
    }
  }
}

/** Our comments of the stack, oldest first, of which that one has the right text. Whose text we cannot write is not ours. */
async function ours(
  github: GitHub,
  place: CommentPlace,
  marker: string,
  body: string,
): Promise<readonly Comment[]> {
  const all = await github.paginate(github.rest.issues.listComments, {
    ...at(place),
    issue_number: place.pullRequest,
    per_page: 100,
  });
  const marked = all
    .filter((comment) => comment.body?.startsWith(marker) === true)
    .sort((one, other) => one.id - other.id);
  const found: Comment[] = [];
  for (const { id, html_url: url, body: before } of marked)
    if (found.length > 0 || before === body || (await rewrite(github, place, id, body)))
      found.push({ id, url });
  return found;
}

/** False when it is not ours to write, or gone. */
async function rewrite(github: GitHub, place: CommentPlace, id: number, body: string): Promise<boolean> {
  try {
    await github.rest.issues.updateComment({ ...at(place), comment_id: id, body });
    return true;
  } catch (error) {
    if (error instanceof GitHubError && [403, 404].includes(error.status ?? 0)) return false;
    throw error;
  }
}

async function remove(github: GitHub, place: CommentPlace, id: number): Promise<void> {
  try {
    await github.rest.issues.deleteComment({ ...at(place), comment_id: id });
  } catch (error) {
    if (!(error instanceof GitHubError && [403, 404].includes(error.status ?? 0))) throw error;
  }
}

function at({ owner, repository }: CommentPlace) {
  return { owner, repo: repository };
}
