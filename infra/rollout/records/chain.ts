import { setTimeout as sleep } from "node:timers/promises";
import type { GitHub, Repository } from "../../github/client.ts";
import { GitHubError } from "../../github/client.ts";
import { noteTree } from "../../github/note-tree.ts";
import { orGone } from "../../shared/or-gone.ts";
import type { Adopted, Begun, Ended, Entry, Noted } from "./entry.ts";
import { entryHash, parseEntry } from "./entry.ts";

/** Where the record of one environment is. */
export interface RecordPlace extends Repository {
  readonly environment: string;
}

/** One link of the chain as GitHub holds it. */
export interface Link {
  /** Commit that is the link. */
  readonly sha: string;
  readonly parents: readonly string[];
  /** The very text. */
  readonly message: string;
  /** What it says; undefined where that is no entry of a record. */
  readonly entry: Entry | undefined;
}

/** An entry before it has its place in the chain. */
export type NewEntry =
  | Omit<Begun, "previous" | "attempt">
  | Omit<Ended, "previous">
  | Omit<Adopted, "previous" | "attempt">
  | Omit<Noted, "previous" | "attempt">;

/**
 * Before each further try, in milliseconds. Of several that add at once each gets a place; and GitHub may refuse a true
 * fast-forward right after another change, and show the ref as it was before that.
 */
const pauses = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/** The ref of an environment's record, without `refs/`. */
export function recordRef(environment: string): string {
  return `rollouts/${environment}/record`;
}

/**
 * The whole record, newest first; empty where nothing was rolled out. It is a chain of commits under a ref of its own,
 * as the lease is: GitHub moves a ref without force only to a commit that comes after the one it points at.
 */
export async function readChain(github: GitHub, place: RecordPlace): Promise<readonly Link[]> {
  const head = await headOf(github, place);
  if (head === undefined) return [];
  const known = chains.get(github) ?? new Map<string, Promise<readonly Link[]>>();
  chains.set(github, known);
  const key = `${place.owner}/${place.repository} ${head}`;
  const chain = known.get(key) ?? readFrom(head, github, place);
  known.set(key, chain);
  try {
    return await chain;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

/**
 * Records by their newest entry, which everything behind it is bound to: the questions of one gate read a record once, however
 * long it is. For as long as the client of those questions.
 */
const chains = new WeakMap<GitHub, Map<string, Promise<readonly Link[]>>>();

async function readFrom(head: string, github: GitHub, place: RecordPlace): Promise<readonly Link[]> {
  const commits = await github.paginate(github.rest.repos.listCommits, {
    owner: place.owner,
    repo: place.repository,
    sha: head,
    per_page: 100,
  });
  return commits.map(({ sha, parents, commit }) => ({
    sha,
    parents: parents.map((each) => each.sha),
    message: commit.message,
    entry: parseEntry(commit.message),
  }));
}

/**
 * Adds an entry behind all others. One that begins an attempt gets the next number.
 *
 * @param entryBehind what is to stand behind the newest entry, or nothing. Asked anew whenever somebody else was faster.
 * @throws Error when the newest entry cannot be read: nothing is added behind what nobody can check.
 */
export async function append(
  github: GitHub,
  place: RecordPlace,
  entryBehind: (newest: Entry | undefined) => NewEntry | undefined,
): Promise<{ readonly entry: Entry; readonly hash: string } | undefined> {
  const { owner, repository: repo } = place;
  let keepsTree = false;
  for (const pause of [...pauses, undefined]) {
    const head = await newest(github, place);
    const entry = entryBehind(head?.entry);
    if (!entry) return undefined;
    const previous = head ? entryHash(head.message) : "";
    const before = head?.entry.attempt ?? 0;
    const full: Entry =
      entry.kind === "begun"
        ? { ...entry, attempt: before + 1, previous }
        : entry.kind === "adopted" || entry.kind === "noted"
          ? { ...entry, attempt: before, previous }
          : { ...entry, previous };
    const message = JSON.stringify(full);
    const sha = await commitOf(github, place, message, head, keepsTree);
    try {
      const ref = recordRef(place.environment);
      if (head) await github.rest.git.updateRef({ owner, repo, ref, sha, force: false });
      else await github.rest.git.createRef({ owner, repo, ref: `refs/${ref}`, sha });
    } catch (error) {
      // Refused, or the answer was lost: what is there now tells which of both.
      if (!(error instanceof GitHubError)) throw error;
      if ((await headOf(github, place)) !== sha) {
        // A record that was begun with the files of a release: to leave out its workflow files may need a right to workflows.
        if (error.status === 403 && head && !keepsTree && pause !== undefined) {
          keepsTree = true;
          continue;
        }
        if (pause === undefined || (error.status !== 422 && error.status !== 409)) throw error;
        await sleep(pause);
        continue;
      }
    }
    return { entry: full, hash: entryHash(message) };
  }
  throw new Error("Internal error: the last try neither added an entry nor failed");
}

interface Newest {
  readonly sha: string;
  readonly message: string;
  readonly entry: Entry;
  /** Of its commit. */
  readonly tree: string;
}

/** The newest entry; none where there is no record. */
export async function newest(github: GitHub, place: RecordPlace): Promise<Newest | undefined> {
  const sha = await headOf(github, place);
  if (sha === undefined) return undefined;
  const { owner, repository: repo } = place;
  const { message, tree } = (await github.rest.git.getCommit({ owner, repo, commit_sha: sha })).data;
  const entry = parseEntry(message);
  if (!entry)
    throw new Error(
      `the newest entry of ${place.environment}'s record, ${sha.slice(0, 12)}, is none. See what was written there: bin/rollout history --verify`,
    );
  return { sha, message, entry, tree: tree.sha };
}

async function headOf(github: GitHub, place: RecordPlace): Promise<string | undefined> {
  const { owner, repository: repo, environment } = place;
  const found = await orGone(github.rest.git.getRef({ owner, repo, ref: recordRef(environment) }));
  return found?.data.object.sha;
}

async function commitOf(
  github: GitHub,
  place: RecordPlace,
  message: string,
  parent: Newest | undefined,
  keepsTree: boolean,
): Promise<string> {
  const made = await github.rest.git.createCommit({
    owner: place.owner,
    repo: place.repository,
    message,
    tree: parent && keepsTree ? parent.tree : await noteTree(github, place),
    parents: parent === undefined ? [] : [parent.sha],
  });
  return made.data.sha;
}
