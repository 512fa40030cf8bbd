import { spawnSync } from "node:child_process";
import { gitVariables } from "@rollout/infra/shared/machine-variables";

/** A commit as a reviewer names it. */
export interface ReviewedCommit {
  readonly commit: string;
  readonly author: string;
  readonly subject: string;
}

/** How the planned release's commits differ from the live one's. */
export interface CommitsSinceLive {
  /** Number of the live release. */
  readonly since: number;
  readonly live: string;
  /** Those that the planned release has and the live one has not, newest first. */
  readonly added: readonly ReviewedCommit[];
  /** Those that are live and that the planned release has not. */
  readonly leftOut: readonly ReviewedCommit[];
  /** Why they are not known. */
  readonly unknown?: string;
}

/** @param checkout Folder of the project; where that is a part of a repository, only commits that touch it count. */
export function commitsBetween(
  checkout: string,
  live: { readonly number: number; readonly commit: string },
  planned: string,
): CommitsSinceLive {
  const base = { since: live.number, live: live.commit, added: [], leftOut: [] };
  const lacking = [live.commit, planned].find(
    (commit) =>
      !/^[0-9a-f]{40}$/.test(commit) || git(checkout, "cat-file", "-e", `${commit}^{commit}`) === undefined,
  );
  if (lacking !== undefined) return { ...base, unknown: `this clone lacks ${lacking.slice(0, 12)}` };
  if (git(checkout, "merge-base", live.commit, planned) === undefined)
    return { ...base, unknown: "this clone does not reach back to where both come from" };
  const isPart = git(checkout, "rev-parse", "--show-prefix")?.trim() !== "";
  const range = `${live.commit}...${planned}`;
  const options = [
    "log",
    "--left-right",
    "--format=%m%x00%H%x00%an%x00%s",
    range,
    "--",
    ...(isPart ? ["."] : []),
  ];
  const listed = git(checkout, ...options);
  if (listed === undefined) return { ...base, unknown: "git cannot list them" };
  const lines = listed.split("\n").filter((line) => line !== "");
  const of = (side: string): readonly ReviewedCommit[] =>
    lines.flatMap((line) => {
      const [mark, commit = "", author = "", subject = ""] = line.split("\0");
      return mark === side ? [{ commit, author, subject }] : [];
    });
  return { ...base, added: of(">"), leftOut: of("<") };
}

function git(checkout: string, ...words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("git", words, {
    cwd: checkout,
    env: gitVariables(process.env),
    encoding: "utf8",
    timeout: 30_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  return status === 0 ? stdout : undefined;
}
