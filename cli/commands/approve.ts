import { gitHubAccess, missingAccess } from "@rollout/infra/shared/cloud-access";
import type { GitHub } from "@rollout/infra/github/client";
import { GitHubError, openGitHub } from "@rollout/infra/github/client";
import { lintMigrationFiles } from "@rollout/infra/migration-lint/lint-files";
import { declarations, missingIn, type LintedMigration } from "@rollout/infra/migration-lint/refusals";
import { appliedMigrations, setDigest } from "@rollout/infra/rollout/applied-migrations";
import type { ToApprove } from "@rollout/infra/rollout/approval";
import { approvalContext, approvalText, migrationAuthors } from "@rollout/infra/rollout/approval";
import { application } from "../../rollout.config.ts";
import { kindOf } from "../../stacks/environments.ts";
import { migrationsIn } from "../../stacks/release/migrations.ts";
import { readRelease } from "../../stacks/release/release.ts";
import { migrationReviewers } from "../../stacks/settings/commit-rules.ts";
import { recordTrusts } from "../../stacks/settings/record-trusts.ts";
import type { Settings } from "../../stacks/settings/schema.ts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { requireKnownStack } from "../known-stack.ts";
import { reportFailures } from "../report-failures.ts";
import { readSettingsFile } from "../settings-file.ts";
import { readStackSettings, StackUnreadable } from "../stack-settings.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout approve --stack prod [--withdraw] [--json]

Approves the migrations of the checked-out commit for production, where one of them is declared destructive or one-way: the gate
refuses such a set until a reviewer has approved exactly this set on exactly this commit. A reviewer runs it with a GITHUB_TOKEN of
their own, who is named in the stack file and has written none of these migrations (docs/migrations.md). Read them first:
bin/rollout lint lists what they lose.

The approval is a status of the commit at GitHub, which authenticates who made it; a job's or an App's token gives none. The signed
record names who approved, and bin/rollout audit shows it.

  --stack, -s STACK   where: prod
  --withdraw          takes an approval of one's own back
  --json              one JSON object: {"kind": "end", "result", "environment", "commit", "migrations", "names", "by"}

  bin/sandbox bin/rollout approve --stack prod    try it on this machine
  bin/rollout approve --stack prod                on GitHub
  bin/rollout approve --stack prod --withdraw     take it back

Exit status: 0 approved, or nothing requires it, 1 failed, 2 wrong use, settings or token, 3 you may not approve it.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("approve", words, {
    stack: { type: "string", short: "s" },
    withdraw: { type: "boolean" },
    json: { type: "boolean" },
  });
  const stack = requireStack("approve", options.stack);
  requireKnownStack(session.checkout, "approve", stack);
  const kind = kindOf(stack.split("/").at(-1) ?? "");
  if (!kind?.provenOn)
    throw new UsageError(
      `${stack} requires no approval of migrations; production does: bin/rollout approve --stack prod`,
    );
  const missing = missingAccess(session.environment, ["github"]);
  if (missing.length > 0) throw new UsageError(missing.join("\n"));
  return reportFailures(session, async () => {
    const settings = settingsOf(session, stack);
    const github = await openGitHub(gitHubAccess(session.environment));
    const { owner, repository } = settings.github;
    const { environment } = kind;
    const linted = await lintMigrationFiles(await migrationsIn(session.checkout, application));
    const { commit, changed, folder } = readRelease(session.checkout);
    const records = recordTrusts(kind, settings) ?? {};
    const applied = await appliedMigrations(linted, { owner, repository, environment, records }, github);
    const declared = missingIn(linted, { applied }).filter((one) => declarations(one).length > 0);
    const end = reportingEnd(session, options.json, { environment, commit, migrations: setDigest(linted) });
    if (declared.length === 0)
      return end("nothing", [], undefined, "No migration that production lacks requires an approval.");
    const files = application.database.migrations;
    const dirty = changed.filter((file) => file.startsWith(`${files}/`));
    if (dirty.length > 0)
      throw new UsageError(
        `An approval is of a commit, and ${dirty.join(", ")} differs from it: commit, or git restore ${dirty.join(" ")}`,
      );
    const wanted: ToApprove = {
      ...{ owner, repository, environment, commit, stack },
      reviewers: migrationReviewers(settings),
      folder: `${folder}${files}`,
      digest: setDigest(linted),
      names: declared.map(({ name }) => name),
    };
    const person = await whoAsks(github);
    const faults = await refusals(wanted, person, github);
    if (faults.length > 0) {
      session.err.write(`Refused: ${faults.join("; ")}. Nothing was written.\n`);
      return end("refused", wanted.names, person.login);
    }
    if (!options.json) session.out.write(declared.map(listed).join(""));
    await github.rest.repos.createCommitStatus({
      ...{ owner, repo: repository, sha: commit, context: approvalContext(environment) },
      description: approvalText(wanted.digest),
      state: options.withdraw ? "failure" : "success",
    });
    const which = `of commit ${commit.slice(0, 12)} (migrations ${wanted.digest.slice(0, 12)}) for ${environment}`;
    return options.withdraw
      ? end("withdrawn", wanted.names, person.login, `The approval by ${person.login} ${which} is withdrawn.`)
      : end("approved", wanted.names, person.login, `Approved by ${person.login}: the set ${which}.`);
  });
}

/** As the engine has them; of the file, where a reviewer reaches no state. */
function settingsOf(session: Session, stack: string): Settings {
  try {
    return readStackSettings(session, stack);
  } catch (error) {
    if (!(error instanceof StackUnreadable)) throw error;
    return readSettingsFile(session, stack).settings;
  }
}

interface Person {
  readonly id: number;
  readonly login: string;
}

/** The user whose token it is. @throws UsageError for a token of a job or an App, which is no person's. */
async function whoAsks(github: GitHub): Promise<Person> {
  try {
    const { data } = await github.rest.users.getAuthenticated();
    return { id: data.id, login: data.login };
  } catch (error) {
    if (error instanceof GitHubError && error.status === 403)
      throw new UsageError(
        "GITHUB_TOKEN is of a job or an App, and a person approves: use a token of your own (gh auth token)",
      );
    throw error;
  }
}

/** Why this person may not approve it, all reasons at once. */
async function refusals(
  wanted: ToApprove,
  { id, login }: Person,
  github: GitHub,
): Promise<readonly string[]> {
  const { reviewers, names, stack } = wanted;
  if (reviewers.length === 0)
    return [
      `no reviewer is named, so that ${stack} requires no approval. To require it: ` +
        `pulumi config set --stack ${stack} --path 'rollout:migrations.reviewers[0]' ID`,
    ];
  const { ids, unknown } = await migrationAuthors(wanted, github);
  return [
    ...(reviewers.includes(id)
      ? []
      : [
          `${login} (${String(id)}) is no reviewer of migrations; named are ${reviewers.join(", ")}, by rollout:migrations.reviewers ` +
            `or rollout:github.environment.reviewers`,
        ]),
    ...(ids.has(id)
      ? [
          `${login} has written one of ${names.map((name) => `${name}.sql`).join(", ")}; another reviewer approves it`,
        ]
      : []),
    ...unknown,
  ];
}

const listed = (migration: LintedMigration): string =>
  `${migration.name}.sql: ${declarations(migration).join(" and ")}\n`;

type Result = "approved" | "withdrawn" | "nothing" | "refused";

function reportingEnd(
  { out }: Session,
  json: boolean,
  about: { readonly environment: string; readonly commit: string; readonly migrations: string },
): (result: Result, names: readonly string[], by?: string, text?: string) => ExitStatus {
  return (result, names, by, text) => {
    if (json) out.write(`${JSON.stringify({ kind: "end", result, ...about, names, by })}\n`);
    else if (text !== undefined) out.write(`${text}\n`);
    return result === "refused" ? exitStatus.refused : exitStatus.done;
  };
}

export const approve: Command = {
  summary: "approves destructive migrations for production, as a reviewer",
  help,
  run,
};
