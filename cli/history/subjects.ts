import { spawnSync } from "node:child_process";
import { gitVariables } from "@rollout/infra/shared/machine-variables";

/** The first line of each commit's message, by commit; none of those that this clone lacks. */
export function subjectsOf(checkout: string, commits: readonly string[]): ReadonlyMap<string, string> {
  const words = [
    "log",
    "--no-walk=unsorted",
    "--ignore-missing",
    "--format=%H %s",
    ...new Set(commits),
    "--",
  ];
  const { status, stdout } = spawnSync("git", words, {
    ...{ cwd: checkout, env: gitVariables(process.env) },
    ...{ encoding: "utf8" as const, timeout: 30_000 },
  });
  // Without git, or where it has none of them and would list the newest, there is no subject to show.
  if (status !== 0 || commits.length === 0) return new Map();
  return new Map(
    stdout
      .split("\n")
      .map((line) => [line.slice(0, 40), line.slice(41)] as const)
      .filter(([commit]) => commits.includes(commit)),
  );
}
