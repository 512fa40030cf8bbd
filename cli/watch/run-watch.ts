import { performance } from "node:perf_hooks";
import { enterNote } from "@rollout/infra/rollout/records/keep";
import { whoAmI } from "@rollout/infra/shared/machine";
import type { Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { readRecorded } from "../history/recorded.ts";
import { shortRelease } from "../history/table.ts";
import { countInterrupts } from "../interrupts.ts";
import type { Delivery, Notification } from "../notify/notification.ts";
import { openNotifier } from "../notify/notifier.ts";
import { duration } from "../progress/view.ts";
import { recordWriter } from "../record-writer.ts";
import type { OpenWatch } from "./open-watch.ts";
import { openWatch } from "./open-watch.ts";
import { findingText, lookReporter, printVerdict } from "./report-watch.ts";
import type { RolledBack } from "./roll-back.ts";
import { rollBack } from "./roll-back.ts";
import type { Plan } from "./strategy.ts";
import { planFor } from "./strategy.ts";
import type { Verdict } from "./verdict.ts";
import { watchRelease } from "./watch-release.ts";

export interface RunWatchArgs {
  readonly stack: string;
  readonly forSeconds: number;
  readonly json: boolean;
  /** Whether a condemned release is rolled back. */
  readonly rollsBack: boolean;
}

type Result = RolledBack["result"] | "pass" | "condemned" | "inconclusive";

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

interface Acted extends Partial<Omit<RolledBack, "result">> {
  readonly result: Result;
  readonly plan?: Plan;
  readonly deliveries?: readonly Delivery[];
  /** Why nothing was rolled back. */
  readonly why?: string;
}

async function act(
  session: Session,
  opened: OpenWatch,
  verdict: Verdict,
  { stack, json, rollsBack }: RunWatchArgs,
  interrupted: AbortSignal,
): Promise<Acted> {
  if (verdict.verdict !== "fail") return { result: verdict.verdict };
  const { live, previous, recorded } = opened;
  const plan = planFor(verdict.findings, live, previous);
  if (!plan) throw new Error("Internal error: a release was condemned without a finding");
  const now = await readRecorded(session, stack);
  if (now.attempts[0]?.number !== live.number)
    return {
      result: "inconclusive",
      why: `another rollout (#${String(now.attempts[0]?.number)}) has begun since: bin/rollout watch --stack ${stack} judges that one`,
    };
  const reason =
    `release #${String(live.number)} was condemned: ${verdict.findings.map(shortFinding).join("; ")}`.slice(
      0,
      300,
    );
  const notifying = notifierOf(session, stack, opened);
  const notification = notificationOf(opened, verdict, plan);
  const channels = recorded.settings.notify[plan.name];
  // While the rollback runs: who waits for the environment does not wait for a mail server.
  const opening = notifying((notifier) => notifier.notify(notification, channels));
  if (!rollsBack || !previous)
    return {
      ...{ result: "condemned", plan, deliveries: await opening },
      why: rollsBack ? "there is no earlier release that worked" : "--no-rollback",
    };
  await noteCondemned(session, stack, opened, reason);
  const { result, ...rest } = await rollBack(session, opened, { stack, json, plan, reason, interrupted });
  const opened_ = await opening;
  const closing =
    result === "rollback failed"
      ? []
      : await notifying((notifier) =>
          notifier.notify(
            {
              ...notification,
              event: "resolved",
              at: new Date().toISOString(),
              text: `${recorded.place.environment} is ${result} ${duration(rest.seconds)} after the condemnation.`,
            },
            channels,
          ),
        );
  return { result, ...rest, plan, deliveries: [...opened_, ...closing] };
}

/** So that no later rollback returns to it. Where it cannot be entered, it is rolled back anyway. */
async function noteCondemned(
  session: Session,
  stack: string,
  { recorded: { github, place } }: OpenWatch,
  description: string,
): Promise<void> {
  try {
    const writer = recordWriter(session, stack, { github, onGitHub: place });
    await enterNote(writer, { by: whoAmI(), event: "condemned", description });
  } catch (error) {
    session.err.write(
      `That it was condemned could not be entered in the record: ${(error as Error).message}\n`,
    );
  }
}

type Notifying = (
  send: (notifier: Awaited<ReturnType<typeof openNotifier>>) => Promise<readonly Delivery[]>,
) => Promise<readonly Delivery[]>;

/** The notifier, opened once. That it cannot be opened is reported, and fails nothing. */
function notifierOf(session: Session, stack: string, { recorded }: OpenWatch): Notifying {
  const opening = openNotifier(session, stack, recorded);
  return async (send) => {
    try {
      return await send(await opening);
    } catch (error) {
      session.err.write(`No one was notified: ${(error as Error).message}\n`);
      return [];
    }
  };
}

const severities = { immediate: "critical", fast: "error", gradual: "warning" } as const;

function notificationOf({ live, recorded }: OpenWatch, verdict: Verdict, plan: Plan): Notification {
  const { environment } = recorded.place;
  const { findings, evidence } = verdict;
  return {
    event: "opened",
    key: `${recorded.place.owner}/${recorded.place.repository} ${environment} #${String(live.number)}`,
    environment,
    title: `Rollout #${String(live.number)} of ${shortRelease(live.release)} to ${environment} was condemned by its ${String(findings[0]?.kind)}`,
    text: [
      ...findings.map((finding) => `- ${findingText(finding)}`),
      `Rollback: ${plan.name}${plan.only === undefined ? "" : `, ${plan.only} alone`}${plan.freezes ? "; new rollouts are frozen" : ""}.`,
    ].join("\n"),
    severity: severities[plan.name],
    at: new Date().toISOString(),
    details: { release: live.release, number: live.number, strategy: plan.name, findings, evidence },
  };
}

const shortFinding = ({ check, part, seen, limit }: Verdict["findings"][number]): string =>
  `${check} of ${part} ${seen} (limit ${limit})`.replaceAll(/\p{Cc}/gu, " ");

function printActed({ err }: Session, stack: string, acted: Acted): void {
  const { result, plan, why, seconds, beganAfterSeconds = 0, isFrozen, deliveries = [] } = acted;
  const delivered = deliveries.filter(({ outcome }) => outcome === "delivered").map(({ channel }) => channel);
  const lines = [
    ...(delivered.length > 0 ? [`Notified: ${[...new Set(delivered)].join(", ")}.`] : []),
    ...(isFrozen === true
      ? [`New rollouts are frozen. After fixing the cause: bin/rollout unfreeze --stack ${stack}`]
      : []),
    ...(why === undefined ? [] : [`Nothing was rolled back: ${why}`]),
    ...(plan && seconds !== undefined
      ? [
          `${result} by the strategy ${plan.name}${plan.only === undefined ? "" : ` (${plan.only})`} in ${duration(seconds)}, begun after ${duration(beganAfterSeconds)}; its limit: ${String(plan.limitSeconds)} s${plan.name === "immediate" ? " to begin" : ""}`,
        ]
      : []),
  ];
  err.write(lines.map((line) => `${line}\n`).join(""));
}
