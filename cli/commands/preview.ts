import { application } from "../../rollout.config.ts";
import { lintMigrationFiles } from "@rollout/infra/migration-lint/lint-files";
import { readCloudAccess } from "@rollout/infra/shared/cloud-access";
import type { Repository } from "@rollout/infra/github/client";
import { GitHubError, openGitHub } from "@rollout/infra/github/client";
import { readOptions, requireStack } from "../arguments.ts";
import { costMarkdown, reviewCost } from "../cost/review-cost.ts";
import type { Command, Session } from "../command.ts";
import { unlessEngineRefused } from "../engine/engine-refusal.ts";
import type { PreviewRun } from "../engine/preview-run.ts";
import { runPreview } from "../engine/preview-run.ts";
import type { ExitStatus } from "../exit-status.ts";
import { requireKnownStack } from "../known-stack.ts";
import { exitStatus } from "../exit-status.ts";
import { migrationsIn } from "../../stacks/release/migrations.ts";
import { rolloutsBegun } from "../review/rollouts-begun.ts";
import { putComment } from "../review/comment.ts";
import type { ForeignContent } from "../review/foreign-content.ts";
import { openForeignContent } from "../review/foreign-content.ts";
import { readExisting } from "../review/existing.ts";
import { commentLimit, markdownOf } from "../review/markdown.ts";
import { statementsByMigration } from "../review/migration-sql.ts";
import { readOnRecord } from "../review/on-record.ts";
import { pendingMigrations } from "../review/pending-migrations.ts";
import type { Plan } from "../review/plan.ts";
import { readPlan } from "../review/plan.ts";
import { reviewOf } from "../review/review.ts";
import { withoutSecrets } from "../review/secret-values.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout preview --stack STACK [--comment NUMBER] [--content FOLDER] [--json]

Prints what a rollout of the checkout would do, as one comment of a pull request: whether this release has just failed here
and what cannot be undone first, then the commits since the live release, what is created, changed, replaced and deleted
at each cloud, migrations with their SQL, locks and rewrites, secrets by name and digest, a picture of the steps in their
order with the time that each took last, and what stays untouched. It changes nothing, and the gate is not asked.

  --stack, -s STACK   where: staging or prod
  --comment NUMBER    also puts it into the one comment that this pull request has of the stack, rewritten each time:
                      --comment 42; wants a GITHUB_TOKEN that may write pull requests
  --content FOLDER    of another checkout's content by the program of this one, for a change whose author must not have the tokens
                      of this command: application, migrations, fly.*.toml, Dockerfile and settings of FOLDER count, and none
                      of its code runs; a change of the program is not shown
  --json              the same as one JSON object: {"stack", "irreversible": […], "changes": […], "secrets": […],
                      "migrations", "steps": [{"name", "after", "expected"}], "expected", "gate", "commits", "failed", …};
                      digests are complete there, and the first twelve characters of them in the comment; "cost" is its estimate

What depends on a value that only the rollout makes is reported apart, as what may change.

  bin/sandbox bin/rollout preview --stack staging
  bin/rollout preview --stack staging --json | node -p 'JSON.parse(fs.readFileSync(0)).irreversible.length'

Exit status: 0 done, whatever it would do, 1 failed, 2 wrong use or settings, 130 interrupted.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("preview", words, {
    stack: { type: "string", short: "s" },
    comment: { type: "string" },
    content: { type: "string" },
    json: { type: "boolean" },
  });
  const stack = requireStack("preview", options.stack);
  requireKnownStack(session.checkout, "preview", stack);
  const pullRequest = pullRequestOf(options.comment);
  const content =
    options.content === undefined ? undefined : openForeignContent(session, stack, options.content);
  try {
    return await show(session, { stack, pullRequest, json: options.json, content });
  } finally {
    content?.close();
  }
}

interface Shown {
  readonly stack: string;
  readonly pullRequest: number | undefined;
  readonly json: boolean;
  readonly content: ForeignContent | undefined;
}

async function show(session: Session, { stack, pullRequest, json, content }: Shown): Promise<ExitStatus> {
  const environment = content?.environment ?? session.environment;
  const root = content?.root ?? session.checkout;
  const previewed = await runPreview(session.checkout, stack, environment);
  if (previewed.interrupted) return exitStatus.interrupted;
  if (previewed.status !== 0 || !previewed.report) return planFailed(session, stack, previewed);
  const plan = readPlan(previewed.report, previewed.plan, previewed.state);
  const migrations = await migrationsIn(root, application);
  const review = reviewOf({
    stack,
    plan,
    pending: pendingMigrations(migrations, plan.steps),
    linted: await lintMigrationFiles(migrations),
    begun: await rolloutsBegun(plan.state, environment),
    existing: await readExisting(plan, environment),
    sql: await statementsByMigration(migrations),
    onRecord: await readOnRecord(root, plan, environment),
  });
  const cost = reviewCost(root, stack, plan.config, review.commits?.live);
  // Where nothing changes, its costs do not either.
  const shown = review.changes.length === 0 ? undefined : cost;
  const behind = [...(shown ? [costMarkdown(shown)] : []), ...(content ? [content.note] : [])].join("\n");
  const markdown = [markdownOf(review, commentLimit - behind.length - 1), behind].join("\n");
  session.out.write(json ? `${JSON.stringify({ ...review, ...(cost ? { cost } : {}) })}\n` : markdown);
  if (pullRequest === undefined) return exitStatus.done;
  try {
    const github = await openGitHub(readCloudAccess(session.environment).github);
    const place = { ...repositoryOf(plan.config), pullRequest };
    session.err.write(`${await putComment(github, place, stack, markdown)}\n`);
    return exitStatus.done;
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    const { owner, repository } = repositoryOf(plan.config);
    const number = String(pullRequest);
    session.err.write(
      error.status === 404
        ? `There is no pull request ${number} in ${owner}/${repository}, or GITHUB_TOKEN may not see it. See: gh pr list\n`
        : `The pull request ${number} has no comment of this preview: ${error.message}\n`,
    );
    return exitStatus.failed;
  }
}

function pullRequestOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new UsageError(
    `bin/rollout preview --comment wants the number of a pull request, and got ${JSON.stringify(text)}: bin/rollout preview --stack staging --comment 42`,
  );
}

/** The program has checked the settings before it planned anything. */
function repositoryOf(config: Plan["config"]): Repository {
  const { owner, repository } = JSON.parse(config["rollout:github"] ?? "{}") as Partial<Repository>;
  if (!owner || !repository)
    throw new UsageError("The settings name no repository: rollout:github.owner and .repository");
  return { owner, repository };
}

/** A fault of the program is one of checkout or settings; one of a resource is a cloud's. */
export function planFailed(
  session: Session,
  stack: string,
  { status, stderr, report, plan, state }: PreviewRun,
): ExitStatus {
  const errors = (report?.diagnostics ?? []).filter(({ severity }) => severity === "error");
  const end = { acted: errors.length > 0, engineResult: undefined };
  unlessEngineRefused(stack, { status, stderr }, end, session.environment);
  const { secrets } = readPlan(report ?? {}, plan, state);
  const clean = withoutSecrets([...secrets.known, ...secrets.planned]);
  for (const { message } of errors) session.err.write(`${clean(message.replace(/^error: /, "").trim())}\n`);
  const ofResource = errors.some(({ urn }) => urn !== undefined && !urn.includes("::pulumi:pulumi:Stack::"));
  return ofResource ? exitStatus.failed : exitStatus.usage;
}

export const preview: Command = {
  summary: "shows what a rollout would do, as a pull request's comment",
  help,
  run,
};
