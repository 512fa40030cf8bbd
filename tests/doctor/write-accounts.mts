// Writes the tables of accounts into docs/accounts.md: npx tsx tests/doctor/write-accounts.mts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { Outcome, Row } from "./account-matrix.ts";
import { clouds, isWorking, matrix, operations } from "./account-matrix.ts";

export const accountsFile = join(import.meta.dirname, "..", "..", "docs", "accounts.md");

const begin =
  "<!-- The tables are written by `npx tsx tests/doctor/write-accounts.mts` from account-matrix.ts. -->";
const end = "<!-- End of the tables. -->";

const words: Readonly<Record<Outcome, string>> = {
  works: "yes",
  stops: "stops",
  refused: "gate",
  named: "error",
};

/** docs/accounts.md as it should be. */
export async function accountsText(): Promise<string> {
  const text = readFileSync(accountsFile, "utf8");
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(
      `docs/accounts.md has no place for the tables. Put these two lines there:\n${begin}\n${end}`,
    );
  const options = await resolveConfig(accountsFile);
  return format([before, begin, "\n\n", tables(), "\n\n", end, after].join(""), {
    ...options,
    filepath: accountsFile,
  });
}

function tables(): string {
  return clouds
    .map((cloud) => {
      const rows = matrix.filter((row) => row.cloud === cloud);
      return [
        `### ${cloud}`,
        "",
        ...rows.filter(isWorking).map(workingLine),
        "",
        `| account | doctor | ${operations.join(" | ")} | fix |`,
        `| --- | --- | ${operations.map(() => "---").join(" | ")} | --- |`,
        ...rows.filter((row) => !isWorking(row)).map(tableLine),
      ].join("\n");
    })
    .join("\n\n");
}

/** One with which all works. */
function workingLine({ what, settingsText }: Row): string {
  return `- ${what}${settingsText === undefined ? "" : `, with ${settingsText}`}: all works`;
}

function tableLine({ what, settingsText, announced, outcomes, fix = "" }: Row): string {
  const shown = announced.filter((name) => name !== "Neon project");
  const checks = [...new Set(shown.map((name) => name.replace(/^(Fly app) .*/, "$1")))];
  const account = settingsText === undefined ? what : `${what}, ${settingsText}`;
  const ends = operations.map((operation) => {
    const outcome = outcomes[operation];
    return outcome === undefined ? "" : words[outcome];
  });
  return `| ${[account, checks.join(", "), ...ends, fix].join(" | ")} |`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(accountsFile, await accountsText());
