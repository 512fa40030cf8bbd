import { openFly } from "@rollout/infra/fly/client";
import { openNeon } from "@rollout/infra/neon/client";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { attemptsIn } from "@rollout/infra/rollout/records/attempts";
import { readRecord } from "@rollout/infra/rollout/records/read-record";
import { placesOf } from "../../stacks/settings/workers.ts";
import { application } from "../../rollout.config.ts";
import type { Session } from "../command.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import type { MetricSource } from "./source.ts";
import { databaseSource } from "./sources/database.ts";
import { leaseSource } from "./sources/lease.ts";
import { machinesSource } from "./sources/machines.ts";
import { recordSource } from "./sources/record.ts";
import { runnersSource } from "./sources/runners.ts";
import { exportState, stepsSource } from "./sources/steps.ts";
import { webSource } from "./sources/web.ts";

/** Names of all sources, as `--without` takes them. */
export const sourceNames = ["record", "lease", "fly", "web", "database", "runners", "steps"] as const;

export interface OpenSources {
  readonly sources: readonly MetricSource[];
  /** To be called before each look: several sources need the record, which is read once for all of them. */
  readonly begin: () => void;
}

/** Everything that one environment's metrics are read from. */
export async function openSources(
  session: Session,
  stack: string,
  opened: OpenEnvironment,
  without: readonly string[],
): Promise<OpenSources> {
  const { github, onGitHub, access, settings } = opened;
  const { project, organizationId, branch, database } = settings.neon;
  let record: Promise<readonly Attempt[]> | undefined;
  const attempts = (): Promise<readonly Attempt[]> =>
    (record ??= readRecord(github, onGitHub).then((chain) => attemptsIn(chain)));
  const { apps, services } = placesOf(settings);
  const sources = [
    recordSource(attempts),
    leaseSource(github, onGitHub),
    machinesSource(openFly(access.fly), Object.values(apps), {
      ...{ services: Object.values(services), access: access.railway },
    }),
    webSource(attempts, application.web.healthPath),
    databaseSource(
      await openNeon(access.neon),
      { project, organizationId, branch, database },
      application.database,
    ),
    runnersSource(github, onGitHub),
    stepsSource(attempts, () => exportState(session, stack)),
  ];
  return {
    sources: sources.filter(({ name }) => !without.includes(name)),
    begin: () => (record = undefined),
  };
}
