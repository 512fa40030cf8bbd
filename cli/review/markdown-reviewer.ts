import { code, words } from "./escape.ts";
import type { Part } from "./fitting.ts";
import { part } from "./fitting.ts";
import { sqlLines } from "./migration-sql-text.ts";
import type { ReviewedCommit } from "./commits.ts";
import type { Review } from "./review.ts";

/** That the very release has failed here, which a reviewer has to know before all changes. */
export function failedPart({ failed, stack }: Review): readonly Part[] {
  if (!failed) return [];
  const { number, at, sameBy, description, incident } = failed;
  const what = sameBy === "commit" ? "This commit" : "This content, under another commit,";
  return [
    part(
      ["### This release has just failed here"],
      [
        `- ${what} was rolled out to ${code(stack)} as #${String(number)} and failed at ${at.replace(/\.\d+Z$/, "Z")}`,
        `- what failed: ${words(description)}`,
        ...(incident === undefined ? [] : [`- incident: ${incident}`]),
      ],
      [""],
    ),
  ];
}

/** Most commits that are listed. */
const mostCommits = 40;

export function commitsPart({ commits }: Review): readonly Part[] {
  if (!commits) return [];
  const { since, live, added, leftOut, unknown } = commits;
  const from = `since #${String(since)}, which is live (${code(live.slice(0, 12))})`;
  if (unknown !== undefined)
    return [
      part(
        [`**Commits** ${from}: not known, ${words(unknown)}: ${code("git fetch --unshallow origin")}`, ""],
        [],
      ),
    ];
  return [
    ...listed(`**Commits** ${from}`, added),
    ...listed("**Live commits that this release lacks**", leftOut),
  ];
}

function listed(title: string, commits: readonly ReviewedCommit[]): readonly Part[] {
  if (commits.length === 0) return [];
  const more = commits.length - mostCommits;
  return [
    part(
      [title],
      [
        ...commits
          .slice(0, mostCommits)
          .map(
            ({ commit, author, subject }) =>
              `- ${code(commit.slice(0, 12))} ${words(subject)} (${words(author)})`,
          ),
        ...(more > 0 ? [`- ${String(more)} more: ${code(`git log --oneline`)}`] : []),
      ],
      [""],
    ),
  ];
}

/** The SQL of each pending migration, with what it locks and rewrites. */
export function sqlParts({ migrations }: Review): readonly Part[] {
  if (migrations === "other") return [];
  return migrations
    .filter(({ statements }) => statements.length > 0)
    .map(({ name, statements }) => {
      const lines = sqlLines(statements);
      const longest = Math.max(
        2,
        ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)),
      );
      const fence = "`".repeat(longest + 1);
      return {
        head: [
          `<details><summary>SQL of ${words(name)}, with locks and rewrites</summary>`,
          "",
          `${fence}sql`,
        ],
        lines,
        tail: [fence, "", "</details>", ""],
        kind: "sql",
      };
    });
}

/** What of the stack stays as it is, one line for each cloud and kind. */
export function untouchedLines({ untouched }: Review): readonly string[] {
  const kinds = [...new Set(untouched.map(({ cloud, what }) => `${cloud}: ${words(what)}`))];
  return kinds.map((kind) => {
    const names = untouched
      .filter(({ cloud, what }) => `${cloud}: ${words(what)}` === kind)
      .flatMap(({ named }) => (named === undefined ? [] : [code(named)]));
    return `- ${[kind, names.join(", ")].join(" ").trim()}`;
  });
}
