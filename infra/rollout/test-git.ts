import { createHash } from "node:crypto";
import type { TestAnswer, TestCall } from "../shared/test-api.ts";

interface Commit {
  readonly message: string;
  readonly parents: readonly string[];
}

interface Status {
  readonly state: string;
  readonly description: string;
}

/** As much of one repository at GitHub as a record and a lease need, in memory: commits that are texts, refs, and deployments. */
export class TestGit {
  readonly refs = new Map<string, string>();
  readonly commits = new Map<string, Commit>();
  /** By deployment, newest first. */
  readonly statuses = new Map<number, Status[]>();
  /** Is called before a ref is looked at. */
  onLook: (ref: string) => void = () => undefined;

  answer({ method, url, body }: TestCall): TestAnswer {
    const path = decodeURIComponent(url.split("?")[0] ?? "");
    const given = body as { message: string; parents: string[]; sha: string; ref: string } & Status;
    const ref = /\/git\/refs?\/(.+)$/.exec(path)?.[1];
    if (path.endsWith("/git/trees")) return { status: 201, body: { sha: "tree" } };
    if (method === "POST" && path.endsWith("/git/commits"))
      return { status: 201, body: { sha: this.#add(given) } };
    if (method === "POST" && path.endsWith("/git/refs"))
      return this.#move(given.ref.replace(/^refs\//, ""), given.sha);
    if (method === "PATCH" && ref !== undefined) return this.#move(ref, given.sha);
    if (ref !== undefined) return this.#read(ref);
    if (path.includes("/git/commits/")) return this.#commit(path.split("/").at(-1) ?? "");
    if (path.endsWith("/commits"))
      return { status: 200, body: this.#log(new URL(url, "http://here").searchParams.get("sha") ?? "") };
    return this.#deployments(method, path, given);
  }

  #deployments(method: string, path: string, given: Status): TestAnswer {
    const id = Number(/\/deployments\/(\d+)\/statuses$/.exec(path)?.[1]);
    if (Number.isNaN(id))
      return {
        status: 200,
        body: [...this.statuses.keys()].map((each) => ({ id: each, sha: "c", created_at: "", payload: {} })),
      };
    const known = this.statuses.get(id) ?? [];
    if (method === "POST") known.unshift({ state: given.state, description: given.description });
    this.statuses.set(id, known);
    return { status: 200, body: method === "POST" ? known[0] : known };
  }

  #add({ message, parents }: Commit): string {
    const sha = createHash("sha1")
      .update(JSON.stringify([message, parents]))
      .digest("hex");
    this.commits.set(sha, { message, parents });
    return sha;
  }

  #move(ref: string, sha: string): TestAnswer {
    const isForward = this.commits.get(sha)?.parents[0] === this.refs.get(ref);
    if (!isForward) return { status: 422, body: { message: "Update is not a fast forward" } };
    this.refs.set(ref, sha);
    return { status: 200, body: { ref, object: { sha } } };
  }

  #read(ref: string): TestAnswer {
    this.onLook(ref);
    const sha = this.refs.get(ref);
    return sha === undefined
      ? { status: 404, body: { message: "Not Found" } }
      : { status: 200, body: { ref, object: { sha } } };
  }

  #commit(sha: string): TestAnswer {
    return { status: 200, body: { sha, tree: { sha: "tree" }, ...this.commits.get(sha) } };
  }

  #log(from: string): readonly object[] {
    const found: object[] = [];
    for (let sha: string | undefined = from; sha !== undefined;) {
      const { message, parents }: Commit = this.commits.get(sha) ?? { message: "", parents: [] };
      found.push({ sha, parents: parents.map((parent) => ({ sha: parent })), commit: { message } });
      sha = parents[0];
    }
    return found;
  }
}
