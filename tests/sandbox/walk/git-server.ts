import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { callCloud } from "../observe.ts";
import type { Sandbox } from "../sandbox.ts";

/** The Git side of a repository at the GitHub emulator, which has none itself. */
export interface GitServer {
  /** What a clone names as its remote. */
  readonly address: string;
  /** Brings a merge into the repository that the emulator has made, and so moved the branch. */
  readonly receiveMerge: (branch: string, sha: string) => Promise<void>;
}

interface GitCommit {
  readonly message: string;
  readonly tree: { readonly sha: string };
  readonly parents: readonly { readonly sha: string }[];
  readonly author: Person;
  readonly committer: Person;
}

interface Person {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

/** A bare repository in the sandbox's home. The emulator's rules decide about each push, by the hook `update`. */
export function openGitServer(sandbox: Sandbox, repository: string): GitServer {
  const folder = join(sandbox.home, "repository.git");
  const git = (input: string | undefined, ...words: readonly string[]): string =>
    execFileSync("git", words, { cwd: folder, encoding: "utf8", input, stdio: "pipe" }).trim();
  mkdirSync(folder, { recursive: true });
  git(undefined, "init", "--quiet", "--bare", "--initial-branch", "main");
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const hook = [
    "#!/bin/sh",
    `export WALK_HOME=${quote(sandbox.home)} WALK_REPOSITORY=${quote(repository)}`,
    `exec ${quote(process.execPath)} ${quote(join(import.meta.dirname, "update-hook.mjs"))} "$@"`,
    "",
  ];
  writeFileSync(join(folder, "hooks", "update"), hook.join("\n"), { mode: 0o755 });
  return {
    address: folder,
    receiveMerge: async (branch, sha) => {
      const path = `/repos/${repository}/git/commits/${sha}`;
      const made = await callCloud<GitCommit>(sandbox, "github", "GET", path);
      const named = git(textOf(made), "hash-object", "-t", "commit", "-w", "--stdin");
      if (named !== sha) throw new Error(`git names the merge ${named}, the emulator ${sha}`);
      git(undefined, "update-ref", `refs/heads/${branch}`, sha);
    },
  };
}

function textOf({ message, tree, parents, author, committer }: GitCommit): string {
  const signature = ({ name, email, date }: Person): string =>
    `${name} <${email}> ${String(Date.parse(date) / 1000)} +0000`;
  return [
    `tree ${tree.sha}`,
    ...parents.map(({ sha }) => `parent ${sha}`),
    `author ${signature(author)}`,
    `committer ${signature(committer)}`,
    "",
    message,
  ].join("\n");
}
