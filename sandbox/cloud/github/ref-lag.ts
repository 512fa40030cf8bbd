import type { Account } from "../account/account.ts";
import type { Repository } from "./state.ts";

/** Seconds at GitHub, up to 30; shorter here. */
const lagMilliseconds = 2_000;

/** What a ref reads like right after a change, where the account's refs lag. */
export interface RefLag {
  /** To be called before the ref is changed. */
  note(repository: Repository, ref: string): void;
  /** The commit that a read shows; undefined where it shows no such ref. */
  seen(repository: Repository, ref: string): string | undefined;
  /** Whether a fast-forward is refused. */
  isRecent(repository: Repository, ref: string): boolean;
}

/**
 * GitHub reads refs from replicas. A read that shows the ref as before, and 422 for a true fast-forward, were seen in
 * rust-lang/homu#75 and #197, prose/prose#148; 404 of a ref just made in PyGithub/PyGithub#2759.
 */
export function openRefLag(account: Account): RefLag {
  const changes = new Map<string, { readonly at: number; readonly before: string | undefined }>();
  const recent = (repository: Repository, ref: string) => {
    const change = changes.get(`${String(repository.id)} ${ref}`);
    const isLagging = account.get("github.refs") === "lagging";
    return isLagging && change && Date.now() - change.at < lagMilliseconds ? change : undefined;
  };
  return {
    note: (repository, ref) =>
      void changes.set(`${String(repository.id)} ${ref}`, { at: Date.now(), before: repository.refs[ref] }),
    seen: (repository, ref) => {
      const change = recent(repository, ref);
      return change ? change.before : repository.refs[ref];
    },
    isRecent: (repository, ref) => recent(repository, ref) !== undefined,
  };
}
