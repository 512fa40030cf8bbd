import type { Client } from "pg";
import type { Neon } from "@rollout/infra/neon/client";
import { connected } from "@rollout/infra/neon/connected";
import { findProject } from "@rollout/infra/neon/find-project";
import { ownersAddress } from "@rollout/infra/rollout/restore/look-at";
import type { Metric } from "prom-client";
import type { DatabaseDeclaration } from "../../../stacks/settings/application.ts";
import { single } from "../samples.ts";
import type { MetricSource } from "../source.ts";
import { declaredMetrics } from "../declared.ts";
import { databaseStatistics } from "../database-statistics.ts";
import { queueMetrics } from "../queue.ts";

/** Which database it is about. */
export interface DatabasePlace {
  readonly project: string;
  readonly organizationId?: string | undefined;
  readonly branch: string;
  readonly database: string;
}

/** One query, in milliseconds: a scrape is late after ten seconds. */
const queryMilliseconds = 4_000;
const loginMilliseconds = 5_000;

/**
 * The database's own figures, the queue, and what the application declares. A compute that sleeps is not woken: each look
 * would cost what a visitor does.
 */
export function databaseSource(
  neon: Neon,
  place: DatabasePlace,
  { jobs, metrics = [] }: Pick<DatabaseDeclaration, "jobs" | "metrics">,
): MetricSource {
  let known: string | undefined;
  return {
    name: "database",
    read: async () => {
      const found = await findBranch(neon, place);
      const awake = (isAwake: boolean): Metric =>
        single("rollout_database_awake", "Whether the database's compute runs", Number(isAwake));
      if (!found.isAwake) return [awake(false)];
      const look = async (): Promise<readonly Metric[]> => {
        known ??= await ownersAddress(neon, found.projectId, found.branchId, place.database);
        if (known === undefined)
          throw new Error(`the branch ${place.branch} has no database ${place.database}`);
        const limits = { queryMilliseconds, loginMilliseconds, name: "rollout metrics" };
        return connected(known, limits, async (client) => {
          await readOnly(client);
          return [
            ...(await databaseStatistics(client)),
            ...(jobs?.depth === undefined ? [] : await queueMetrics(client, jobs.table, jobs.depth)),
            ...(await declaredMetrics(client, metrics)),
          ];
        });
      };
      try {
        return [awake(true), ...(await look())];
      } catch (error) {
        // Its password may be another one by now.
        known = undefined;
        throw error;
      }
    },
  };
}

async function findBranch(
  neon: Neon,
  { project, organizationId, branch: name }: DatabasePlace,
): Promise<{ readonly projectId: string; readonly branchId: string; readonly isAwake: boolean }> {
  const projectId = (await findProject(neon, { name: project, organizationId }))?.id;
  if (projectId === undefined) throw new Error(`there is no Neon project ${project}`);
  const branches = await neon.branches.list({ projectId, search: name }).all();
  const branchId = branches.find((each) => each.name === name)?.id;
  if (branchId === undefined) throw new Error(`the Neon project ${project} has no branch ${name}`);
  const endpoints = await neon.postgres.endpoints.listByBranch({ projectId, branchId });
  const isAwake = endpoints.some(
    ({ type, current_state: state }) => type === "read_write" && state !== "idle",
  );
  return { projectId, branchId, isAwake };
}

/** What the application declares runs by the owner's login, and must not write. */
async function readOnly(client: Client): Promise<void> {
  await client.query(
    `SET default_transaction_read_only = on; SET statement_timeout = ${String(queryMilliseconds)}`,
  );
}
