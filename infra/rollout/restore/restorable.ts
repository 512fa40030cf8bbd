import type { Branch as NeonBranch } from "@neon/sdk";
import { backupPrefix, keptPrefix, stampedTime } from "../../neon/branch-names.ts";
import type { Neon } from "../../neon/client.ts";
import { findProject } from "../../neon/find-project.ts";

/** Which database it is about. */
export interface RestorePlace {
  /** Name of the Neon project. */
  readonly project: string;
  readonly organizationId?: string | undefined;
  readonly environment: string;
  /** Name of the environment's branch. */
  readonly branch: string;
  readonly database: string;
}

/** A branch that holds the environment's database as it once was. */
export interface Copy {
  readonly kind: "backup" | "kept";
  readonly name: string;
  readonly branchId: string;
  readonly parentId: string | undefined;
  /** Place in the parent's log that it is a copy of. */
  readonly lsn: string | undefined;
  readonly madeAt: Date;
  /** As Neon has it; it need not. */
  readonly bytes: number | undefined;
  /** RFC 3339; absent where it stays. */
  readonly expiresAt: string | undefined;
  /** Whether other branches have grown from it: then Neon neither deletes it nor lets it expire. */
  readonly hasChildren: boolean;
}

/** A restore whose result was not proven: it runs still, was interrupted, or its smoke test failed. */
export interface Unproven {
  readonly copy: Copy;
  /** What was restored, as it stands in the branch's name. */
  readonly target: string;
}

/** All that one environment's database can be restored to. */
export interface Restorable {
  readonly projectId: string;
  readonly branchId: string;
  readonly branchName: string;
  readonly parentId: string | undefined;
  /** Those alone have a history of their own to go back in. */
  readonly isRoot: boolean;
  /** How far back a root branch's history reaches. */
  readonly historyFrom: Date | undefined;
  /** Newest first. */
  readonly copies: readonly Copy[];
  /** Newest first; all but the newest were restored over since. */
  readonly unproven: readonly Unproven[];
  /** Names of the other branches that have grown from it: Neon moves them below the one that keeps the state before. */
  readonly children: readonly string[];
}

/** Stands in the name of a kept branch, before the target, until the restored environment was proven. */
export const unprovenMark = "-unproven-to-";

/** Reads from Neon what there is; undefined where the environment has no branch. */
export async function findRestorable(
  neon: Neon,
  place: RestorePlace,
  now: Date,
): Promise<Restorable | undefined> {
  const { project: projectName, organizationId } = place;
  const projectId = (await findProject(neon, { name: projectName, organizationId }))?.id;
  if (projectId === undefined) return undefined;
  const [project, branches] = await Promise.all([
    neon.projects.get({ projectId }),
    neon.branches.list({ projectId }).all(),
  ]);
  const branch = branches.find(({ name }) => name === place.branch);
  if (!branch) return undefined;
  const copies = branches
    .flatMap((each) => copyOf(each, place.environment, branches) ?? [])
    .sort((left, right) => right.madeAt.getTime() - left.madeAt.getTime());
  const isRoot = branch.parent_id === undefined;
  return {
    projectId,
    branchId: branch.id,
    branchName: branch.name,
    parentId: branch.parent_id,
    isRoot,
    historyFrom: isRoot ? beginOfHistory(branch, project.history_retention_seconds, now) : undefined,
    copies: copies.filter(({ name }) => !name.includes(unprovenMark)),
    unproven: copies
      .filter(({ name }) => name.includes(unprovenMark))
      .map((copy) => ({ copy, target: copy.name.split(unprovenMark)[1] ?? "" })),
    children: branches.filter(({ parent_id }) => parent_id === branch.id).map(({ name }) => name),
  };
}

const prefixes: Readonly<Record<Copy["kind"], string>> = { backup: backupPrefix, kept: keptPrefix };

function copyOf(branch: NeonBranch, environment: string, all: readonly NeonBranch[]): Copy | undefined {
  for (const [kind, prefix] of Object.entries(prefixes)) {
    const begin = `${prefix}${environment}-`;
    // Behind it stands a time, and not more of another environment's name.
    const stamped = branch.name.startsWith(begin) ? stampedTime(branch.name.slice(begin.length)) : undefined;
    if (!stamped) continue;
    return {
      kind: kind as Copy["kind"],
      name: branch.name,
      branchId: branch.id,
      parentId: branch.parent_id,
      lsn: branch.parent_lsn,
      // What Neon keeps in a restore may be as old as the branch was.
      madeAt: kind === "kept" ? stamped : new Date(branch.created_at),
      bytes: branch.logical_size,
      expiresAt: branch.expires_at,
      hasChildren: all.some(({ parent_id }) => parent_id === branch.id),
    };
  }
  return undefined;
}

/** A restored branch begins a history of its own; what was before is in the kept branch's. */
function beginOfHistory(branch: NeonBranch, retentionSeconds: number, now: Date): Date {
  const begun = Date.parse(branch.last_reset_at ?? branch.created_at);
  return new Date(Math.max(begun, now.getTime() - retentionSeconds * 1000));
}
