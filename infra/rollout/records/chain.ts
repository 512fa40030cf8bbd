import type { GitHub, Repository } from "../../github/client.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { rolloutRef } from "../../github/rollout-refs.ts";
import type { Entry } from "./entry.ts";
import { parseEntry } from "./entry.ts";
import type { RecordTrusts } from "./signature.ts";

/** Where the record of one environment is. */
export interface RecordPlace extends Repository {
  readonly environment: string;
  /** Whose entries count, by environment. */
  readonly records: RecordTrusts;
}

/** One link of the chain as GitHub holds it. */
export interface Link {
  /** Commit that is the link. */
  readonly sha: string;
  readonly parents: readonly string[];
  /** The very text. */
  readonly message: string;
  /** Its content; undefined where that is no entry of a record. */
  readonly entry: Entry | undefined;
}

/** The ref of an environment's record, without `refs/`. */
export function recordRef(environment: string): string {
  return rolloutRef(environment, "record");
}

/**
 * The complete record as it stands, newest first; empty where nothing was rolled out. What uses an entry reads it by
 * `readRecord`, which verifies it. It is a chain of commits under a ref of its own, as the lease is: GitHub moves a ref
 * without force only to a commit that comes after the one it points at.
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
  return (await github.paginate(github.rest.repos.listCommits, listed(head, place))).map(linkOf);
}

/** Its newest entries, as many as one call gives, newest first, and whether there are some before them. */
export async function readEndOfChain(
  github: GitHub,
  place: RecordPlace,
): Promise<{ readonly chain: readonly Link[]; readonly isCut: boolean }> {
  const head = await headOf(github, place);
  if (head === undefined) return { chain: [], isCut: false };
  const chain = (await github.rest.repos.listCommits(listed(head, place))).data.map(linkOf);
  return { chain, isCut: (chain.at(-1)?.parents.length ?? 0) > 0 };
}

const listed = (head: string, { owner, repository: repo }: RecordPlace) => ({
  ...{ owner, repo },
  sha: head,
  per_page: 100,
});

function linkOf({ sha, parents, commit: { message } }: Commit): Link {
  return { sha, parents: parents.map((each) => each.sha), message, entry: parseEntry(message) };
}

interface Commit {
  readonly sha: string;
  readonly parents: readonly { readonly sha: string }[];
  readonly commit: { readonly message: string };
}

/** The commit of the newest entry; undefined where there is no record. */
export async function headOf(github: GitHub, place: RecordPlace): Promise<string | undefined> {
  const { owner, repository: repo, environment } = place;
  const found = await ignoreNotFound(github.rest.git.getRef({ owner, repo, ref: recordRef(environment) }));
  return found?.data.object.sha;
}
