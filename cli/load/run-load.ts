import { join, resolve } from "node:path";
import { liveOf } from "@rollout/infra/rollout/records/attempts";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import type { LoadResult } from "@rollout/infra/rollout/records/load-result";
import { enterNote } from "@rollout/infra/rollout/records/keep";
import { whoAmI } from "@rollout/infra/shared/machine";
import { application } from "../../rollout.config.ts";
import { kindOf } from "../../stacks/environments.ts";
import type { Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import type { Recorded } from "../history/recorded.ts";
import { readRecorded } from "../history/recorded.ts";
import { shortRelease } from "../history/table.ts";
import { countInterrupts } from "../interrupts.ts";
import { recordWriter } from "../record-writer.ts";
import { readStackTarget } from "../smoke/stack-target.ts";
import { UsageError } from "../usage-error.ts";
import type { Baseline } from "./baseline.ts";
import { namedBaseline, newestBaseline } from "./baseline.ts";
import type { Comparison, LoadLimits } from "./compare.ts";
import { compareLoads, failsTooOften } from "./compare.ts";
import type { Driven } from "./drive.ts";
import { drive, wasSentLate } from "./drive.ts";
import { deleteMade, waitForJobs } from "./jobs.ts";
import type { PreparedLoad } from "./prepare-load.ts";
import { prepareLoad, readProfile } from "./prepare-load.ts";
import type { LoadOutcome, LoadVerdict, RunLoadArgs } from "./outcome.ts";
import { loadProgress, printOutcome } from "./print-load.ts";
import { requireAllowed } from "./production.ts";
import { summaryText } from "./report.ts";
import type { Answered } from "./summarize.ts";
import { percentile, summarize } from "./summarize.ts";

const statusOf: Readonly<Record<LoadVerdict, ExitStatus>> = {
  measured: exitStatus.done,
  "no regression": exitStatus.done,
  inconclusive: exitStatus.inconclusive,
  failing: exitStatus.regressed,
  regressed: exitStatus.regressed,
  interrupted: exitStatus.interrupted,
};

/** Load-tests what is live. */
export async function runLoad(session: Session, args: RunLoadArgs): Promise<ExitStatus> {
  const { stack, json } = args;
  const recorded = await readRecorded(session, stack);
  const live = requireLive(recorded, stack);
  const target = readStackTarget(session, stack);
  const load = prepared(session, recorded, args, target);
  const baseline = baselineFor(recorded.attempts, live, load, args);
  const stop = new AbortController();
  // Before the first line: a user who sees it may interrupt at once.
  const interrupts = countInterrupts(
    () => performance.now(),
    (count) => {
      session.err.write(
        count === 1 ? "Stopping; what was made is deleted first.\n" : "Stopping without the clean-up.\n",
      );
      stop.abort();
      if (count > 1) process.exit(exitStatus.interrupted);
    },
  );
  const place = { databaseUrl: target.SMOKE_TEST_DATABASE_URL, mark: load.values.mark };
  const declared = application.load?.jobs;
  let driven: Driven;
  let jobs: readonly Answered[] = [];
  let leftover: string | undefined;
  try {
    const progress = loadProgress(
      session,
      json,
      load,
      `release ${shortRelease(live.release)} (#${String(live.number)}) of ${recorded.place.environment}`,
    );
    driven = await drive(load, { stop: stop.signal, onAnswer: progress });
    if (declared && driven.jobs.size > 0) {
      if (!json) session.err.write(`  waiting for ${String(driven.jobs.size)} jobs\n`);
      jobs = await waitForJobs(
        { ...place, declared },
        driven.jobs,
        load.profile.jobsWithinSeconds,
        stop.signal,
      );
    }
  } finally {
    leftover = await deleteMade(place.databaseUrl, application.load?.cleanUp ?? [], place.mark);
  }
  const isInterrupted = interrupts.count() > 0;
  const result = resultOf(load, driven, jobs);
  const outcome = await judged(session, { args, recorded, live, baseline, result, driven, isInterrupted });
  printOutcome(
    session,
    { ...outcome, warnings: [...outcome.warnings, ...(leftover === undefined ? [] : [leftover])] },
    recorded.settings.load,
    args,
  );
  await interrupts.settle();
  if (leftover !== undefined && !isInterrupted) return exitStatus.failed;
  return statusOf[outcome.verdict];
}

function requireLive({ attempts, place }: Recorded, stack: string): Attempt {
  const live = liveOf(attempts);
  if (live && live === attempts[0]) return live;
  throw new UsageError(
    live
      ? `The newest rollout of ${place.environment} (#${String(attempts[0]?.number)}) ${attempts[0]?.ended ? "failed" : "has not ended"}, so that it is not known what would be measured. See: bin/rollout history --stack ${stack}`
      : `Nothing is live on ${place.environment}. Roll out: bin/rollout up --stack ${stack}`,
  );
}

function prepared(
  session: Session,
  { settings }: Recorded,
  { stack, profile: named, yesProduction }: RunLoadArgs,
  target: object,
): PreparedLoad {
  const ofProject = settings.load.profile ?? application.load?.profile;
  const file = named ?? ofProject;
  if (file === undefined)
    throw new UsageError(
      "No load profile is named: load.profile of rollout.config.ts, rollout:load.profile, or --profile FILE (docs/load-tests.md)",
    );
  const profile = readProfile(named === undefined ? join(session.checkout, file) : resolve(named), file);
  requireAllowed(profile, file, {
    isProduction: kindOf(stack.split("/").at(-1) ?? "")?.keepsData ?? true,
    yesProduction,
    mostPerSecond: settings.load.mostPerSecond,
    stack,
  });
  return prepareLoad(profile, file, {
    environment: { ...session.environment, ...target },
    jobs: application.load?.jobs,
  });
}

function baselineFor(
  attempts: readonly Attempt[],
  live: Attempt,
  { digest }: PreparedLoad,
  { compare, stack }: RunLoadArgs,
): Baseline | undefined {
  if (compare === undefined) return undefined;
  return compare === "previous"
    ? newestBaseline(attempts, live, digest)
    : namedBaseline(attempts, compare, digest, stack);
}

function resultOf(load: PreparedLoad, driven: Driven, jobs: readonly Answered[]): LoadResult {
  const { profile, digest, kinds } = load;
  return summarize({
    ...{ profile: profile.profile, digest, seconds: driven.seconds, answered: driven.answered },
    target:
      profile.ratePerSecond === undefined
        ? `${String(profile.connections)} connections`
        : `${String(profile.ratePerSecond)} requests/s`,
    kinds: kinds.map(({ name }) => name),
    ...(jobs.length > 0 ? { jobs } : {}),
  });
}

interface Judged {
  readonly args: RunLoadArgs;
  readonly recorded: Recorded;
  readonly live: Attempt;
  readonly baseline: Baseline | undefined;
  readonly result: LoadResult;
  readonly driven: Driven;
  readonly isInterrupted: boolean;
}

/** Compares and enters the result. */
async function judged(session: Session, of: Judged): Promise<LoadOutcome> {
  const { args, recorded, live, baseline, result, driven, isInterrupted } = of;
  const { settings, place } = recorded;
  const now = isInterrupted ? undefined : await readRecorded(session, args.stack);
  const comparison =
    baseline && !isInterrupted ? compareLoads(baseline.load, result, settings.load) : undefined;
  const seen: Seen = {
    late: percentile(driven.sentLate, 0.95) ?? 0,
    isOther: now !== undefined && now.attempts[0]?.number !== live.number,
  };
  const { isOther } = seen;
  const verdict = isInterrupted ? "interrupted" : verdictOf(result, settings.load, comparison, seen);
  const warnings = warningsOf(result, seen, args, baseline);
  const kept = now && !isOther && args.keeps ? await keep(session, args.stack, now, result) : [];
  return {
    ...{ live, environment: place.environment, load: result, answered: driven.answered },
    ...{ baseline, comparison, verdict, warnings: [...warnings, ...kept] },
  };
}

interface Seen {
  /** 95th percentile of how late this machine sent, in milliseconds. */
  readonly late: number;
  /** Whether another rollout has begun since. */
  readonly isOther: boolean;
}

const isLate = ({ late }: Seen, result: LoadResult): boolean => wasSentLate(late, result);

function verdictOf(
  result: LoadResult,
  limits: LoadLimits,
  comparison: Comparison | undefined,
  seen: Seen,
): LoadVerdict {
  if (seen.isOther) return "inconclusive";
  if (failsTooOften(result, limits) || (result.jobs && failsTooOften(result.jobs, limits))) return "failing";
  if (!comparison) return "measured";
  return isLate(seen, result) ? "inconclusive" : comparison.result;
}

function warningsOf(
  result: LoadResult,
  seen: Seen,
  { compare }: RunLoadArgs,
  baseline: Baseline | undefined,
): readonly string[] {
  return [
    ...(isLate(seen, result)
      ? [
          `this machine sent requests up to ${seen.late.toFixed(0)} ms late (p95), which is in all times: another machine, or a smaller load`,
        ]
      : []),
    ...(seen.isOther ? ["another rollout has begun since, so that it is not known what was measured"] : []),
    ...(compare === "previous" && !baseline
      ? ["no release before was measured by this profile: this one is the baseline of the next"]
      : []),
    ...(baseline && baseline.by !== whoAmI() ? ["the baseline was measured from another machine"] : []),
  ];
}

/** In the record, next to the release. That it cannot be entered is reported, and changes nothing else. */
async function keep(
  session: Session,
  stack: string,
  { github, place }: Recorded,
  load: LoadResult,
): Promise<readonly string[]> {
  try {
    const writer = recordWriter(session, stack, { github, onGitHub: place });
    await enterNote(writer, { by: whoAmI(), event: "measured", description: summaryText(load), load });
    return [];
  } catch (error) {
    return [`the result could not be entered in the record: ${(error as Error).message}`];
  }
}
