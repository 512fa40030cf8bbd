import type { Channel } from "../../stacks/settings/schema/watch.ts";
import type { Session } from "../command.ts";
import { shortRelease } from "../history/table.ts";
import type { Delivery, Notification } from "../notify/notification.ts";
import { openNotifier } from "../notify/notifier.ts";
import { duration } from "../progress/view.ts";
import type { OpenWatch } from "./open-watch.ts";
import { findingText } from "./report-watch.ts";
import type { RolledBack } from "./roll-back.ts";
import type { Plan } from "./strategy.ts";
import type { Verdict } from "./verdict.ts";

/** Notifies of one condemned release. Nothing here rejects, or holds up the rollback. */
export interface WatchNotifier {
  /** That it is condemned. */
  readonly open: () => void;
  /** That its rollback is late or has failed: to those of an immediate one as well, whatever its strategy is. */
  readonly escalate: (what: string) => void;
  /** That the environment is well again. */
  readonly resolve: (end: Pick<RolledBack, "result" | "seconds">) => void;
  /** What became of all of it, once all is sent or given up. */
  readonly deliveries: () => Promise<readonly Delivery[]>;
}

const severities = { immediate: "critical", fast: "error", gradual: "warning" } as const;

/** Opens what a condemnation needs to notify its channels. Sent is sent in order; that it cannot be is reported. */
export function watchNotifier(
  session: Session,
  stack: string,
  opened: OpenWatch,
  condemned: { readonly verdict: Verdict; readonly plan: Plan },
): WatchNotifier {
  const { settings, place } = opened.recorded;
  const opening = openNotifier(session, stack, opened.recorded);
  const notification = notificationOf(opened, condemned.verdict, condemned.plan);
  let channels: readonly Channel[] = settings.notify[condemned.plan.name];
  let sending: Promise<readonly Delivery[]> = Promise.resolve([]);
  const send = (more: Partial<Notification>): void => {
    const [to, next] = [channels, { ...notification, at: new Date().toISOString(), ...more }];
    sending = sending.then(async (before) => {
      try {
        return [...before, ...(await (await opening).notify(next, to))];
      } catch (error) {
        session.err.write(`No one was notified: ${(error as Error).message}\n`);
        return before;
      }
    });
  };
  return {
    open: () => send({}),
    escalate: (what) => {
      channels = [...new Set([...channels, ...settings.notify.immediate])];
      send({ event: "escalated", severity: "critical", text: `${place.environment}: ${what}.` });
    },
    resolve: ({ result, seconds }) =>
      send({
        event: "resolved",
        text: `${place.environment} is ${result} ${duration(seconds)} after the condemnation.`,
      }),
    deliveries: () => sending,
  };
}

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
