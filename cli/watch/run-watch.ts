import { performance } from "node:perf_hooks";
import { enterNote } from "@rollout/infra/rollout/records/keep";
import { whoAmI } from "@rollout/infra/shared/machine";
import { withinLimit } from "@rollout/infra/shared/time-limit";
import type { Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { readRecorded } from "../history/recorded.ts";
import { shortRelease } from "../history/table.ts";
import { countInterrupts } from "../interrupts.ts";
import { duration } from "../progress/view.ts";
import { recordWriter } from "../record-writer.ts";
import type { WatchClock } from "./limit.ts";
import { monotonicClock } from "./limit.ts";
import { watchNotifier } from "./notify-watch.ts";
import type { OpenWatch } from "./open-watch.ts";
import { openWatch } from "./open-watch.ts";
import type { Acted, Result } from "./report-acted.ts";
import { printActed } from "./report-acted.ts";
import { lookReporter, printVerdict } from "./report-watch.ts";
import { rollBack } from "./roll-back.ts";
import { planFor } from "./strategy.ts";
import type { Verdict } from "./verdict.ts";
import { watchRelease } from "./watch-release.ts";

export interface RunWatchArgs {
  readonly stack: string;
  readonly forSeconds: number;
  readonly json: boolean;
  /** Whether a condemned release is rolled back. */
  readonly rollsBack: boolean;
  /** Counts the limits of the strategies; what tests replace. */
  readonly clock?: WatchClock;
}

const statusOf: Readonly<Record<Result, ExitStatus>> = {
  pass: exitStatus.done,
  recovered: exitStatus.done,
  condemned: exitStatus.failed,
  "rolled back": exitStatus.rolledBack,
  "rollback failed": exitStatus.notRolledBack,
  inconclusive: exitStatus.inconclusive,
};

/** Watches what is live, and does about it what its figures call for. */
export async function runWatch(session: Session, args: RunWatchArgs): Promise<ExitStatus> {
  const { stack, forSeconds, json, rollsBack } = args;
  const opened = await openWatch(session, stack);
  const { live, watched, sources, recorded } = opened;
  const name = `release ${shortRelease(live.release)} (#${String(live.number)}) of ${recorded.place.environment}`;
  const stop = new AbortController();
  // Before the first line: a user who sees it may interrupt at once.
  const interrupts = countInterrupts(
    () => performance.now(),
    () => stop.abort(),
  );
  if (!json) session.err.write(`Watching ${name} for ${duration(forSeconds)} …\n`);
  const report = lookReporter(session, json, forSeconds);
  const verdict = await watchRelease({
    ...{ sources, watched, settings: recorded.settings.watch, forSeconds, interrupted: stop.signal },
    endsWhenCondemned: rollsBack,
    onLook: (sofar, _sample, seconds) => report(sofar, seconds),
  });
  if (!json) printVerdict(session, name, verdict);
  const acted = await act(session, opened, verdict, args, stop.signal);
  if (json)
    session.out.write(
      `${JSON.stringify({ kind: "end", at: new Date().toISOString(), stack, release: live.release, number: live.number, ...verdict, ...acted })}\n`,
    );
  else printActed(session, stack, acted);
  await interrupts.settle();
  return statusOf[acted.result];
}

async function act(
  session: Session,
  opened: OpenWatch,
  verdict: Verdict,
  { stack, json, rollsBack, clock = monotonicClock }: RunWatchArgs,
  interrupted: AbortSignal,
): Promise<Acted> {
  if (verdict.verdict !== "fail") return { result: verdict.verdict };
  const begunAt = clock.now();
  const { live, previous } = opened;
  const plan = planFor(verdict.findings, live, previous);
  if (!plan) throw new Error("Internal error: a release was condemned without a finding");
  const newest = await newestNow(session, stack);
  if (newest.number !== undefined && newest.number !== live.number)
    return {
      result: "inconclusive",
      why: `another rollout (#${String(newest.number)}) has begun since: bin/rollout watch --stack ${stack} judges that one`,
    };
  const reason =
    `release #${String(live.number)} was condemned: ${verdict.findings.map(shortFinding).join("; ")}`.slice(
      0,
      300,
    );
  const notifier = watchNotifier(session, stack, opened, { verdict, plan });
  // While the rollback runs: who waits for the environment does not wait for a mail server.
  notifier.open();
  if (!rollsBack || !previous)
    return {
      ...{ result: "condemned", plan, deliveries: await notifier.deliveries() },
      why: rollsBack ? "there is no earlier release that worked" : "--no-rollback",
    };
  if (newest.fault !== undefined) {
    notifier.escalate("it cannot be rolled back, since the record cannot be read");
    const why = `${newest.fault}. Where GitHub is down: bin/rollout rollback --without-github --stack ${stack} --yes-without-lease --reason TEXT`;
    return { result: "rollback failed", plan, why, deliveries: await notifier.deliveries() };
  }
  await noteCondemned(session, stack, opened, reason);
  const onLate = (what: string): void => {
    reportLate(session, stack, json, what);
    notifier.escalate(what);
  };
  const { result, ...rest } = await rollBack(session, opened, {
    ...{ stack, json, plan, reason, interrupted, clock, begunAt, onLate },
  });
  if (result === "rollback failed")
    notifier.escalate("the rollback failed, so that the release is still there");
  else notifier.resolve({ result, seconds: rest.seconds });
  return { result, ...rest, plan, deliveries: await notifier.deliveries() };
}

/** The number of the newest rollout, or why it cannot be known: who is to be notified hears of the condemnation even then. */
async function newestNow(
  session: Session,
  stack: string,
): Promise<{ readonly number?: number | undefined; readonly fault?: string }> {
  try {
    return { number: (await readRecorded(session, stack)).attempts[0]?.number };
  } catch (error) {
    return { fault: (error as Error).message.replace(/\.$/, "") };
  }
}

/** That a strategy's limit is over and what is done about it. */
function reportLate({ out, err }: Session, stack: string, json: boolean, what: string): void {
  const message = `${what[0]?.toUpperCase() ?? ""}${what.slice(1)}. See: bin/rollout status --stack ${stack}`;
  if (json) out.write(`${JSON.stringify({ kind: "warning", at: new Date().toISOString(), message })}\n`);
  else err.write(`${message}\n`);
}

/** For the note of a condemnation, in milliseconds: a third of what an immediate rollback has to begin. */
const noteLimit = 10_000;

/**
 * So that no later rollback returns to it. Where it cannot be entered in time, it is rolled back anyway: entered behind the
 * rollback's own end, it would condemn that.
 */
async function noteCondemned(
  session: Session,
  stack: string,
  { recorded: { github, place } }: OpenWatch,
  description: string,
): Promise<void> {
  try {
    const writer = recordWriter(session, stack, { github, onGitHub: place });
    const note = { by: whoAmI(), event: "condemned", description } as const;
    await withinLimit(noteLimit, () => enterNote(writer, note));
  } catch (error) {
    session.err.write(
      `That it was condemned could not be entered in the record: ${(error as Error).message}\n`,
    );
  }
}

const shortFinding = ({ check, part, seen, limit }: Verdict["findings"][number]): string =>
  `${check} of ${part} ${seen} (limit ${limit})`.replaceAll(/\p{Cc}/gu, " ");
