import { application } from "../../rollout.config.ts";
import { declarationOf, type Finding } from "@rollout/infra/migration-lint/finding";
import { lintMigrationFiles } from "@rollout/infra/migration-lint/lint-files";
import {
  approvalOf,
  declarations,
  findingText,
  type LintedMigration,
} from "@rollout/infra/migration-lint/refusals";
import { migrationsIn } from "../../stacks/release/migrations.ts";
import { readOptions } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { colorsFor } from "../progress/colors.ts";

const help = `bin/rollout lint [--json]

Looks through the migrations of the checkout for what a rollout would refuse: what loses data, breaks the release that is
running, or holds a lock while others wait. It asks no cloud. docs/migrations.md lists the rules.

A migration that must not run in one release with another one is named and does not count: where an environment lacks both, its
gate refuses the rollout.

What a migration's header declares (-- destructive(drop-column plans.topic): WHY) is named and does not count; production
also wants such a migration approved, by the line that is printed for it.

  --json   one JSON object a line: {"kind": "finding", "migration", "line", "rule", "subject", "class", "harm", "remedy",
           "declared", …}, and at the end {"kind": "end", "result": "clean|refused", …}

  bin/rollout lint
  bin/rollout lint --json | tail -1

Exit status: 0 nothing would be refused, 2 wrong use, 3 something would be refused.
`;

async function run({ checkout, environment, out }: Session, words: readonly string[]): Promise<ExitStatus> {
  const { json } = readOptions("lint", words, { json: { type: "boolean" } });
  const migrations = await lintMigrationFiles(await migrationsIn(checkout, application));
  const findings = migrations.flatMap((migration) => migration.findings);
  const refused = findings.filter(({ declared, apartFrom }) => declared === undefined && !apartFrom).length;
  const toApprove = migrations.filter(isDeclared).map(approvalOf);
  const result = refused > 0 ? "refused" : "clean";
  if (json) {
    for (const finding of findings) out.write(`${JSON.stringify({ kind: "finding", ...finding })}\n`);
    out.write(
      `${JSON.stringify({ kind: "end", result, migrations: migrations.length, refused, toApprove })}\n`,
    );
  } else {
    const colors = colorsFor(out.isTTY, environment);
    for (const finding of findings) out.write(`${linesOf(finding, colors)}\n`);
    out.write(`${closing(migrations.length, findings, refused)}\n${unjudged}\n`);
    if (toApprove.length > 0)
      out.write(
        `Production wants in rollout:migrations.approved:\n${toApprove.map((one) => `  - ${one}\n`).join("")}`,
      );
  }
  return refused > 0 ? exitStatus.refused : exitStatus.done;
}

/** What no rule can see, so that a clean end is not taken for more than it is. */
const unjudged =
  "Not judged: whether locks and waits of several migrations of one release add up, and what the running release's code can read " +
  "and write; docs/migrations.md lists the rest.";

const isDeclared = (migration: LintedMigration): boolean => declarations(migration).length > 0;

function linesOf(finding: Finding, colors: ReturnType<typeof colorsFor>): string {
  const text = findingText(finding);
  // Whether an environment lacks both is for its gate and preview to see.
  if (finding.apartFrom && finding.declared === undefined)
    return `${colors.yellow("needs a release between")} ${text}`;
  if (finding.declared !== undefined)
    return `${colors.yellow("declared")} ${text}\n  because: ${finding.declared}`;
  const how = finding.isDeclarable ? `\n  or declare it in the header: ${declarationOf(finding)}` : "";
  return `${colors.red(finding.class)} ${text}${how}`;
}

function closing(migrations: number, findings: readonly Finding[], refused: number): string {
  const looked = `${String(migrations)} ${migrations === 1 ? "migration" : "migrations"}`;
  if (refused > 0) return `${looked}: ${String(refused)} of what was found would refuse a rollout.`;
  if (findings.some(({ declared, apartFrom }) => declared === undefined && apartFrom))
    return `${looked}: nothing found but what needs a release between.`;
  return `${looked}: ${findings.length > 0 ? "all that was found is declared" : "nothing found"}.`;
}

export const lint: Command = {
  summary: "looks for what a rollout would refuse in the migrations",
  help,
  run,
};
