import { countsWith, declarationOf, type Finding } from "./finding.ts";

/** A migration with what was found in it. */
export interface LintedMigration {
  readonly name: string;
  /** sha256 of its file. */
  readonly hash: string;
  readonly findings: readonly Finding[];
  /** Why the release before may fail on its schema; absent where its header does not declare that. */
  readonly oneWay?: string;
}

export interface RefusalArgs {
  /** Where the release is rolled out to. */
  readonly environment: string;
  /** `rollout:migrations.approved`: names of migrations with the beginning of their files' hash. */
  readonly approved: readonly string[];
  /** Names of the migrations that the environment has already: they will not run again. */
  readonly applied?: readonly string[];
  /** What is known of a release that has the migration which a finding must be apart from, and not the finding's own. */
  readonly between?: (finding: Finding) => string | undefined;
}

/** The migrations that would run: those that the environment does not have. */
export function missingIn<One extends Pick<LintedMigration, "name">>(
  migrations: readonly One[],
  { applied = [] }: Pick<RefusalArgs, "applied">,
): readonly One[] {
  return migrations.filter(({ name }) => !applied.includes(name));
}

/** Environments in which a declaration is not enough. */
const wantsApproval: readonly string[] = ["production", "prod"];

/** What approves this content of a migration and no other, in `rollout:migrations.approved`. */
export function approvalOf({ name, hash }: Pick<LintedMigration, "name" | "hash">): string {
  return `${name}@${hash.slice(0, 16)}`;
}

/** One finding in words: where, what, why it hurts, what to do instead. */
export function findingText(finding: Finding): string {
  const { migration, line, rule, subject, harm, remedy, statement } = finding;
  const what = [rule, subject].join(" ").trim();
  const seen = statement === "" ? "" : ` (${statement})`;
  return `${migration}.sql line ${line}: ${what}: ${harm}${seen}. Instead: ${remedy}`;
}

/** Why a set of migrations is refused, a line each; empty where it may go on. Pure: it decides, and reads nothing. */
export function migrationRefusals(
  migrations: readonly LintedMigration[],
  args: RefusalArgs,
): readonly string[] {
  const { environment, approved, between } = args;
  const missing = missingIn(migrations, args);
  const names = missing.map(({ name }) => name);
  return missing.flatMap((migration) => {
    const undeclared = migration.findings
      .filter((finding) => finding.declared === undefined && countsWith(finding, names))
      .map((finding) => [undeclaredText(finding), between?.(finding) ?? ""].filter(Boolean).join(" "));
    const approval = approvalOf(migration);
    const isApproved = approved.includes(approval);
    const whats = declarations(migration);
    if (whats.length === 0 || !wantsApproval.includes(environment) || isApproved) return undeclared;
    const stale = approved.find((one) => one.startsWith(`${migration.name}@`));
    return [
      ...undeclared,
      `${migration.name}.sql: it is declared ${whats.join(" and ")}, and ${environment} wants it approved` +
        (stale === undefined ? "" : `; the approval ${stale} is for another content of the file`) +
        `. Add ${approval} to rollout:migrations.approved`,
    ];
  });
}

/** What a migration's header declares, and production wants approved. */
export function declarations({ findings, oneWay }: LintedMigration): readonly string[] {
  const declared = findings.filter((finding) => finding.declared !== undefined);
  const whats = declared.map(({ rule, subject }) => [rule, subject].join(" ").trim()).join(", ");
  return [
    ...(declared.length === 0 ? [] : [`destructive (${whats})`]),
    ...(oneWay === undefined ? [] : ["one-way"]),
  ];
}

function undeclaredText(finding: Finding): string {
  const text = findingText(finding);
  return finding.isDeclarable
    ? `${text}. Or declare it in the file's header: ${declarationOf(finding)}`
    : text;
}

/** The destructive migrations that are declared, for people to read: what is lost and why that is wanted. */
export function declaredTexts(migrations: readonly LintedMigration[]): readonly string[] {
  return migrations.flatMap(({ findings }) =>
    findings.flatMap((finding) =>
      finding.declared === undefined
        ? []
        : [
            `${finding.migration}.sql line ${finding.line}: ${[finding.rule, finding.subject].join(" ").trim()}: ${finding.harm}. Declared: ${finding.declared}`,
          ],
    ),
  );
}
