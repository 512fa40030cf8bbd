import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { callCloud } from "../../sandbox/observe.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { Outputs } from "../../sandbox/staging.ts";
import { ask, regenerator, worker } from "../../sandbox/staging.ts";
import type { PlannedKill } from "./plan.ts";

/** What a rollout has made, as clouds and database have it; nothing of it is read from the tool. */
export interface Effects {
  /** By the digest of its text: how often the database has a migration as applied. */
  readonly migrations: Readonly<Record<string, number>>;
  /** Columns of the table that the campaign's migrations add. */
  readonly columns: readonly string[];
  /** By app: machines, each with its state and checks. */
  readonly machines: Readonly<Record<string, readonly string[]>>;
  /** By app: releases that flyctl has finished. */
  readonly releases: Readonly<Record<string, number>>;
  readonly apps: readonly string[];
  /** Without backups, which are many by their nature and expire. */
  readonly branches: readonly string[];
  readonly backups: number;
  readonly deployments: number;
  /** What is still pending in the state. */
  readonly pending: readonly string[];
}

interface Machine {
  readonly state: string;
  readonly checks?: readonly { readonly name: string; readonly status: string }[];
}

interface FlyState {
  readonly apps: Readonly<Record<string, { readonly releases: readonly { readonly status: string }[] }>>;
}

export const columnPrefix = "killed_";

export async function effectsIn(sandbox: Sandbox, { databaseUrl }: Outputs): Promise<Effects> {
  const machines: Record<string, readonly string[]> = {};
  for (const app of [worker, regenerator])
    machines[app] = (await callCloud<Machine[]>(sandbox, "fly", "GET", `/v1/apps/${app}/machines`)).map(
      ({ state, checks = [] }) =>
        [state, ...checks.map(({ name, status }) => `${name} ${status}`)].join(", "),
    );
  const fly = stateOf(sandbox, "fly") as FlyState;
  const applied = (await ask(
    databaseUrl,
    "SELECT hash, count(*)::int AS times FROM drizzle.__drizzle_migrations GROUP BY hash ORDER BY hash",
  )) as readonly { readonly hash: string; readonly times: number }[];
  const columns = (await ask(
    databaseUrl,
    `SELECT column_name FROM information_schema.columns WHERE table_name = 'plans' AND starts_with(column_name, '${columnPrefix}') ORDER BY column_name`,
  )) as readonly { readonly column_name: string }[];
  const branches = await branchesIn(sandbox);
  const isBackup = (name: string): boolean => name.includes("backup");
  return {
    migrations: Object.fromEntries(applied.map(({ hash, times }) => [hash, times])),
    columns: columns.map(({ column_name: name }) => name),
    machines,
    releases: Object.fromEntries(
      Object.entries(fly.apps).map(([app, { releases }]) => [
        app,
        releases.filter(({ status }) => status === "complete").length,
      ]),
    ),
    apps: Object.keys(fly.apps).sort(),
    branches: branches.filter((name) => !isBackup(name)).sort(),
    backups: branches.filter(isBackup).length,
    deployments: Object.keys((stateOf(sandbox, "vercel") as { readonly deployments: object }).deployments)
      .length,
    pending: pendingIn(sandbox),
  };
}

/** What is not there once, or otherwise than before, after rollouts that declare what was declared before. */
export function effectFaults(before: Effects, after: Effects): readonly string[] {
  const faults: string[] = [];
  for (const [hash, times] of Object.entries(after.migrations))
    if (times !== 1) faults.push(`the migration ${hash.slice(0, 12)} was applied ${String(times)} times`);
  for (const [app, machines] of Object.entries(after.machines))
    if (
      machines.length !== before.machines[app]?.length ||
      machines.some((each) => !/^started.* passing$/.test(each))
    )
      faults.push(`machines of ${app}: ${machines.join("; ")}`);
  if (after.apps.join() !== before.apps.join()) faults.push(`apps: ${after.apps.join(", ")}`);
  if (after.branches.join() !== before.branches.join()) faults.push(`branches: ${after.branches.join(", ")}`);
  if (after.pending.length > 0) faults.push(`still pending in the state: ${after.pending.join(", ")}`);
  return faults;
}

async function branchesIn(sandbox: Sandbox): Promise<readonly string[]> {
  const { projects } = await callCloud<{ readonly projects: readonly { readonly id: string }[] }>(
    ...([sandbox, "neon", "GET", "/api/v2/projects"] as const),
  );
  const lists = await Promise.all(
    projects.map(({ id }) =>
      callCloud<{ readonly branches: readonly { readonly name: string }[] }>(
        ...([sandbox, "neon", "GET", `/api/v2/projects/${id}/branches`] as const),
      ),
    ),
  );
  return lists.flatMap(({ branches }) => branches.map(({ name }) => name));
}

function stateOf(sandbox: Sandbox, cloud: string): unknown {
  return JSON.parse(readFileSync(join(sandbox.home, "cloud", cloud, "state.json"), "utf8"));
}

interface StateFile {
  readonly checkpoint: {
    readonly latest: {
      readonly pending_operations?: readonly {
        readonly type: string;
        readonly resource: { readonly urn: string };
      }[];
    };
  };
}

/** What the stack's state has as under way, from its file. */
export function pendingIn(sandbox: Sandbox): readonly string[] {
  const folder = join(sandbox.home, "state", ".pulumi", "stacks");
  const file = readdirSync(folder)
    .map((project) => join(folder, project, "staging.json"))
    .find((each) => existsSync(each));
  if (file === undefined) return ["there is no state"];
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as StateFile;
  return (checkpoint.latest.pending_operations ?? []).map(
    ({ type, resource }) => `${resource.urn.slice(resource.urn.lastIndexOf("::") + 2)} ${type}`,
  );
}

/** How a round went, as far as it decides how often its effects may be there. */
export interface Course extends Pick<PlannedKill, "kind" | "turnsBack" | "moment"> {
  /** Of the command that was killed or whose child was. */
  readonly status: number | null;
  /** Whether the kill cut a deployment of workers off, which flyctl may have finished while nobody heard it. */
  readonly isCutAtFly: boolean;
}

/** Exit statuses of a rollout that has rolled its release back, or has begun to. */
const rolledBack = [4, 5];

/**
 * Releases and deployments that are there more often than the round accounts for: one of each content that was rolled out. A
 * rollout that rolled itself back has made two, and the next one makes the first again.
 */
export function surplusOf(course: Course, before: Effects, after: Effects): readonly string[] {
  const itself = rolledBack.includes(course.status ?? Number.NaN) ? 2 : 0;
  // It is deployed again: the machines of a finished release look like those that somebody has changed past the rollout.
  const again = course.isCutAtFly ? 1 : 0;
  const mostReleases = 1 + itself + again + (course.turnsBack ? 1 : 0);
  // One whose answer was lost has no name at Vercel that could be trusted, and stays unused.
  const isAtVercel = course.moment.by === "time" || course.moment.cloud === "vercel";
  const mostDeployments = course.kind === "rollback" ? 0 : isAtVercel ? 2 : 1;
  const deployments = after.deployments - before.deployments;
  return [
    ...Object.entries(after.releases).flatMap(([app, count]) => {
      const more = count - (before.releases[app] ?? 0);
      return more > mostReleases
        ? [`${app} has ${String(more)} releases more, at most ${String(mostReleases)} are accounted for`]
        : [];
    }),
    ...(deployments > mostDeployments
      ? [
          `Vercel has ${String(deployments)} deployments more, at most ${String(mostDeployments)} are accounted for`,
        ]
      : []),
  ];
}

/** Whether a deployment of workers was under way at the kill, by the state or by what the killed command printed. */
export function isCutAtFly(pending: readonly string[], printed: string): boolean {
  const step = "(worker|regenerator)-deployment";
  return new RegExp(`^${step} `, "m").test(pending.join("\n")) || new RegExp(`${step} FAILED`).test(printed);
}
