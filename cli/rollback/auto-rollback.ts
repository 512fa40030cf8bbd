import { performance } from "node:perf_hooks";
import { explained } from "@rollout/infra/dynamic/explain-error";
import { lastLines } from "@rollout/infra/fly/logs";
import { openRailway } from "@rollout/infra/railway/client";
import { readServiceLogs } from "@rollout/infra/railway/logs";
import type { Watched } from "@rollout/infra/rollout/incident/health";
import { healthOf } from "@rollout/infra/rollout/incident/health";
import { openIncident } from "@rollout/infra/rollout/incident/issue";
import { watchingCalls } from "@rollout/infra/shared/cloud-calls";
import { placesOf } from "../../stacks/settings/workers.ts";
import { application } from "../../rollout.config.ts";
import type { Session } from "../command.ts";
import type { Recorded } from "../history/recorded.ts";
import { readRecorded } from "../history/recorded.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import { leaseLeft } from "../give-lease-back.ts";
import { shortRelease } from "../history/table.ts";
import { duration } from "../progress/view.ts";
import { colorsFor } from "../progress/colors.ts";
import type { RolloutEnd } from "../progress/rollout-progress.ts";
import type { ShownRun } from "../show-engine.ts";
import { didSucceed, showEngine } from "../show-engine.ts";
import { decide } from "./decide.ts";
import type { Evidence } from "./incident-text.ts";
import { incidentText, incidentTitle } from "./incident-text.ts";
import { engineRefusal } from "../engine/engine-refusal.ts";
import { knownSecrets } from "./known-secrets.ts";
import { sessionAtRelease } from "./session-at-release.ts";
import { withoutSecrets } from "../review/secret-values.ts";

/** How the rollback ended. */
export interface Back {
  readonly result: "failed" | "rolled back" | "rollback failed";
  readonly outputs: RolloutEnd["outputs"];
  /** The last run of the engine: the rollback, or the failed one where there was none. */
  readonly last: ShownRun;
}

export interface BackArgs {
  readonly stack: string;
  readonly json: boolean;
  readonly failed: ShownRun;
  /** When the failed rollout was started, in milliseconds. */
  readonly begunAt: number;
  /** The environment, where it was opened while the failed rollout ran. */
  readonly opened?: Promise<OpenEnvironment> | undefined;
}

/** Opens the record of a rollout. */
const attemptStep = "attempt";

/** Lines of each worker that an incident shows. */
const shownLines = 20;

/** Brings the last good release back after a failed rollout, by the same graph and the same smoke test. */
export async function autoRollback(session: Session, args: BackArgs): Promise<Back> {
  const { stack, json, failed } = args;
  const { out, err, environment } = session;
  const asItIs = { outputs: failed.end.outputs, last: failed };
  const recorded = await recordOf(session, stack, args.opened);
  if (recorded === undefined) return { result: "rollback failed", ...asItIs };
  const { begunSteps, failedSteps } = failed.end;
  const hasBegun = begunSteps.includes(attemptStep) && !failedSteps.includes(attemptStep);
  const decision = decide(recorded.attempts, { begunAt: args.begunAt, hasBegun }, recorded.place.environment);
  if ("why" in decision) {
    err.write(`\n${decision.why}\n`);
    return { result: "failed", ...asItIs };
  }
  const { to } = decision;
  const name = `release ${shortRelease(to.release)} (#${String(to.number)})`;
  if (!json) err.write(`\nBringing ${name} back.\n`);
  const { apps, services } = placesOf(recorded.settings);
  const watched: Watched = {
    webUrl: to.ended?.webUrl,
    healthPath: application.web.healthPath,
    apps: Object.values(apps),
    services: Object.values(services),
  };
  // Seen while the engine starts, which takes longer: whoever waits for the release waits for nothing else.
  const seen = Promise.all([healthOf(watched, recorded.access), logsOf(watched, recorded)]);
  const run = await showEngine(sessionAtRelease(session, to, decision.failed), {
    stack,
    engineText: ["up", "--stack", stack, "--yes", "--skip-preview"],
    json,
    // Whoever got in between would be undone by it.
    lease: leaseLeft(failed),
  });
  const isRestored = didSucceed(run);
  // Of an engine that could not begin, as after a kill in the middle of a write of the state.
  const refusal = isRestored ? undefined : engineRefusal(stack, run.ended, run.end, environment);
  const rollbackErrors = [...run.end.errors, ...(refusal === undefined ? [] : [refusal])];
  // Proven by its smoke test and on record: what the engine deletes afterwards is no part of it.
  const seconds = ((run.recordedAt ?? performance.now()) - failed.failedAt) / 1000;
  const [before, logs] = await seen;
  const after = await healthOf(watched, recorded.access);
  const evidence: Evidence = {
    ...{ stack, environment: recorded.place.environment, logs, before, after, isRestored, seconds },
    failed: decision.failed,
    to,
    failedSteps: failed.end.failedSteps,
    ...(failed.end.webDeployment === undefined ? {} : { webDeployment: failed.end.webDeployment }),
    errors: isRestored ? failed.end.errors : [...failed.end.errors, ...rollbackErrors],
  };
  const incident = await tell(session, recorded, evidence);
  const result = isRestored ? "rolled back" : "rollback failed";
  const colors = colorsFor(out.isTTY, environment);
  if (json) {
    const at = new Date().toISOString();
    out.write(
      `${JSON.stringify({ kind: "end", at, stack, result, release: to.release, returnsTo: to.number, seconds, incident, ...run.end, errors: rollbackErrors })}\n`,
    );
  } else if (isRestored)
    err.write(
      `\n${colors.bold(`Rolled back: ${name} is live on ${stack} again, ${duration(seconds)} after the failure.`)}\n` +
        told(incident) +
        `The failed release again, once the cause is fixed: bin/rollout up --stack ${stack}\n`,
    );
  else
    err.write(
      `\n${colors.bold(colors.red(`${stack} is not restored: the rollback to ${name} failed too.`))}\n` +
        rollbackErrors.map((error) => `${error}\n`).join("") +
        told(incident) +
        `Fix the cause and restore it: bin/rollout rollback --stack ${stack} --to ${String(to.number)}\n`,
    );
  return { result, outputs: run.end.outputs, last: run };
}

/** Without the record it is unknown what is to be restored: the failure stands, with the way on. */
async function recordOf(
  session: Session,
  stack: string,
  opened: BackArgs["opened"],
): Promise<Recorded | undefined> {
  try {
    return await watchingCalls(() => readRecorded(session, stack, opened), explained);
  } catch (error) {
    session.err.write(
      `\n${(error as Error).message}\n${stack} is as the failure left it: its record could not be read. ` +
        `Once it can be: bin/rollout rollback --stack ${stack}\n`,
    );
    return undefined;
  }
}

async function logsOf(
  { apps, services = [] }: Watched,
  { access }: Recorded,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const reading = async (
    what: string,
    read: () => Promise<readonly string[]>,
  ): Promise<[string, readonly string[]]> => {
    try {
      return [what, await read()];
    } catch (error) {
      return [what, [`they could not be read: ${(error as Error).message}`]];
    }
  };
  return new Map(
    await Promise.all([
      ...apps.map((app) => reading(app, () => lastLines(access.fly, app, shownLines))),
      ...services.map((service) =>
        reading(service.name, async () => {
          const { lines } = await readServiceLogs(service, openRailway(access.railway));
          return lines.slice(-shownLines).map(({ machine, text }) => `${machine}  ${text}`);
        }),
      ),
    ]),
  );
}

/** Opens the incident. An environment that is restored stays so though no incident could be opened. */
async function tell(session: Session, recorded: Recorded, evidence: Evidence): Promise<string | undefined> {
  const { github, place } = recorded;
  try {
    const plain = plainValues(evidence);
    const known = await knownSecrets(session, evidence.stack);
    const clean = withoutSecrets(known.filter((value) => !plain.has(value)));
    return await openIncident(github, {
      ...place,
      title: incidentTitle(evidence),
      body: clean(incidentText(evidence)),
    });
  } catch (error) {
    session.err.write(`No incident could be opened on GitHub: ${(error as Error).message}\n`);
    return undefined;
  }
}

/** Variables that stand in the record; Fly has them among an app's secrets, and so has the state. */
export function plainValues({ to, failed }: Pick<Evidence, "to" | "failed">): ReadonlySet<string> {
  return new Set(
    [to, failed].flatMap(({ composition: { variables } }) =>
      [variables.web, variables.workers].flatMap((values) => Object.values(values)),
    ),
  );
}

function told(incident: string | undefined): string {
  return incident === undefined ? "" : `The incident with the evidence: ${incident}\n`;
}
