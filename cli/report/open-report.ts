import { application } from "../../rollout.config.ts";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { liveOf } from "@rollout/infra/rollout/records/attempts";
import type { SmokeCheck } from "@rollout/infra/rollout/smoke/smoke-result";
import { withinLimit } from "@rollout/infra/shared/time-limit";
import { placesOf } from "../../stacks/settings/workers.ts";
import type { Session } from "../command.ts";
import type { ResourceState } from "../engine/preview-report.ts";
import { incidentsOf } from "../history/incidents.ts";
import type { Recorded } from "../history/recorded.ts";
import { subjectsOf } from "../history/subjects.ts";
import { exportState } from "../metrics/sources/steps.ts";
import { statusOfParts } from "../status/parts.ts";
import type { RolloutLog } from "./rollout-log.ts";
import type { RolloutReport } from "./rollout-report.ts";
import { reportOf } from "./rollout-report.ts";
import type { Timeline } from "./timeline.ts";
import { seenTimeline, stateTimeline } from "./timeline.ts";

/** For GitHub's answer about the repository, in milliseconds: a report without its links is better than none. */
const linkLimit = 5_000;

export interface ReportQuestion {
  readonly stack: string;
  readonly recorded: Recorded;
  readonly wanted: Attempt;
  /** What this checkout has seen of the stack's rollouts, by their number. */
  readonly logs: ReadonlyMap<number, RolloutLog>;
}

/** Gathers what is known of one rollout: the record, what this checkout or the state knows of its steps, and what runs now. */
export async function openReport(session: Session, question: ReportQuestion): Promise<RolloutReport> {
  const { stack, recorded, wanted, logs } = question;
  const { settings, access, github, place, attempts } = recorded;
  const isLive = liveOf(attempts)?.number === wanted.number;
  const log = logs.get(wanted.number);
  const repository = { owner: place.owner, repo: place.repository };
  const [incidents, repositoryUrl, parts, fromState] = await Promise.all([
    wanted.ended?.result === "failure" ? incidentsOf(github, place) : new Map<number, string>(),
    withinLimit(linkLimit, () => github.rest.repos.get(repository)).then(
      ({ data }) => data.html_url,
      () => undefined,
    ),
    isLive
      ? statusOfParts(
          {
            ...{ team: settings.vercel.team, domain: settings.vercel.domain, ...placesOf(settings) },
            ...{ healthPath: application.web.healthPath, live: wanted, attempts },
          },
          access,
        )
      : undefined,
    log ? noState : stateOf(session, question),
  ]);
  const subject = subjectsOf(session.checkout, [wanted.commit]).get(wanted.commit);
  return reportOf({
    ...{ stack, environment: place.environment, attempts, wanted, subject, repositoryUrl, parts },
    incident: incidents.get(wanted.number),
    timeline: log ? seenTimeline(log, logs) : fromState.timeline,
    smoke: log?.smoke ?? fromState.smoke ?? [],
    now: new Date(),
  });
}

interface FromState {
  readonly timeline?: Timeline | undefined;
  readonly smoke?: readonly SmokeCheck[] | undefined;
}

const noState: FromState = {};

/** What the stack's state still knows of the rollout's steps; nothing where it cannot be read. */
async function stateOf(session: Session, { stack, recorded, wanted }: ReportQuestion): Promise<FromState> {
  const { ended, at } = wanted;
  if (!ended) return {};
  const state = await exportState(session, stack).catch(() => undefined);
  const resources = state?.deployment?.resources ?? [];
  const timeline = stateTimeline({
    resources,
    begun: recorded.attempts.map((each) => Date.parse(each.at)),
    from: Date.parse(at),
    to: Date.parse(ended.at),
  });
  return {
    timeline,
    // Of the test that ran last: of this rollout's where that is the last to have run one.
    smoke: timeline?.steps.some(({ name }) => name === "smoke") ? smokeIn(resources) : undefined,
  };
}

function smokeIn(resources: readonly ResourceState[]): readonly SmokeCheck[] | undefined {
  const { checks } = resources.find(({ type }) => type.endsWith("rollout:Smoke"))?.outputs ?? {};
  return Array.isArray(checks) ? (checks as readonly SmokeCheck[]) : undefined;
}
