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
import type { Comparison } from "./compare.ts";
import { compareLoads, failsTooOften } from "./compare.ts";
import type { Driven } from "./drive.ts";
import { drive } from "./drive.ts";
import { deleteMade, waitForJobs } from "./jobs.ts";
import type { PreparedLoad } from "./prepare-load.ts";
import { prepareLoad, readProfile } from "./prepare-load.ts";
import { loadProgress, printOutcome } from "./print-load.ts";
import { requireAllowed } from "./production.ts";
import { summaryText } from "./report.ts";
import type { Answered } from "./summarize.ts";
import { percentile, summarize } from "./summarize.ts";

export interface RunLoadArgs {
  readonly stack: string;
  /** As the user named it. */
  readonly profile: string | undefined;
  /** Release that it is compared with; `previous` is the newest one before the live one that was measured; absent, none. */
  readonly compare: string | undefined;
  readonly yesProduction: boolean;
  /** Whether the result is entered in the record. */
  readonly keeps: boolean;
  readonly json: boolean;
}

export type LoadVerdict = "measured" | "interrupted" | "failing" | Comparison["result"];

/** What a load test has come to. */
export interface LoadOutcome {
  readonly live: Attempt;
  readonly environment: string;
  readonly load: LoadResult;
  readonly answered: readonly Answered[];
  readonly baseline: Baseline | undefined;
  readonly comparison: Comparison | undefined;
  readonly verdict: LoadVerdict;
  /** What the result is not, or did not do. */
  readonly warnings: readonly string[];
}

const statusOf: Readonly<Record<LoadVerdict, ExitStatus>> = {
  measured: exitStatus.done,
  "no regression": exitStatus.done,
  inconclusive: exitStatus.inconclusive,
  failing: exitStatus.regressed,
  regressed: exitStatus.regressed,
  interrupted: exitStatus.interrupted,
};

/** A machine that sends so late, in milliseconds and as a share of the median, adds to what it measures. */
const lateMilliseconds = 5;
const lateShare = 0.1;

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
  const late = percentile(driven.sentLate, 0.95) ?? 0;
  const isLate = late > Math.max(lateMilliseconds, (result.p50 ?? 0) * lateShare);
  const now = isInterrupted ? undefined : await readRecorded(session, args.stack);
  const isOther = now !== undefined && now.attempts[0]?.number !== live.number;
  const comparison =
    baseline && !isInterrupted ? compareLoads(baseline.load, result, settings.load) : undefined;
  const isFailing =
    failsTooOften(result, settings.load) ||
    (result.jobs !== undefined && failsTooOften(result.jobs, settings.load));
  const verdict: LoadVerdict = isInterrupted
    ? "interrupted"
    : isOther
      ? "inconclusive"
      : isFailing
        ? "failing"
        : isLate && comparison
          ? "inconclusive"
          : (comparison?.result ?? "measured");
  const warnings = [
    ...(isLate
      ? [
          `this machine sent requests up to ${late.toFixed(0)} ms late (p95), which is in all times: another machine, or a smaller load`,
        ]
      : []),
    ...(isOther ? ["another rollout has begun since, so that it is not known what was measured"] : []),
    ...(args.compare === "previous" && !baseline
      ? ["no release before was measured by this profile: this one is the baseline of the next"]
      : []),
    ...(baseline && baseline.by !== whoAmI() ? ["the baseline was measured from another machine"] : []),
  ];
  const kept = now && !isOther && args.keeps ? await keep(session, args.stack, now, result) : [];
  return {
    ...{ live, environment: place.environment, load: result, answered: driven.answered },
    ...{ baseline, comparison, verdict, warnings: [...warnings, ...kept] },
  };
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
