import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { EmulatorContext } from "../emulator.ts";
import type { Store } from "../store.ts";
import { notFound } from "./errors.ts";
import { emptyRepository, type GithubState, type Repository } from "./state.ts";

/** What every route works on. */
export interface GithubCloud {
  readonly context: EmulatorContext;
  readonly store: Store<GithubState>;
}

export const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, "Z");

export function nextId(state: GithubState): number {
  state.lastId += 1;
  return state.lastId;
}

/**
 * The repository that the path names. It exists as soon as it is asked for: a sandbox begins empty, and no caller
 * should have to make manually what stands at the beginning of every real rollout.
 */
export async function repositoryOf({ store }: GithubCloud, c: Context): Promise<Repository> {
  const number = c.req.param("repositoryId");
  if (number !== undefined) return repositoryByNumber(store.state, number);
  const owner = c.req.param("owner") ?? "";
  const name = c.req.param("repo") ?? "";
  const { repositories } = store.state;
  const key = `${owner}/${name}`.toLowerCase();
  const known = repositories[key];
  if (known) return known;
  const made: Repository = {
    id: nextId(store.state),
    owner,
    name,
    createdAt: now(),
    ...emptyRepository(),
  };
  repositories[key] = made;
  await store.commit();
  return made;
}

function repositoryByNumber({ repositories }: GithubState, number: string): Repository {
  const found = Object.values(repositories).find(({ id }) => String(id) === number);
  if (!found) throw notFound();
  return found;
}

/**
 * The commit of a ref. The sandbox has no git: a commit stands for itself, and a name that was never given one through
 * the API for a commit that is made from it.
 */
export function commitOf({ refs }: Repository, ref: string): string {
  if (/^[0-9a-f]{40}$/.test(ref)) return ref;
  const known = [ref, `refs/${ref}`, `refs/heads/${ref}`, `refs/tags/${ref}`].find((name) => name in refs);
  return refs[known ?? ""] ?? createHash("sha1").update(`ref:${ref}`).digest("hex");
}
