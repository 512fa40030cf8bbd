import type { CloudAccess } from "../shared/cloud-access.ts";
import { openNeon } from "../neon/client.ts";
import { branchLimit } from "../neon/branch-limit.ts";
import { findProject } from "../neon/find-project.ts";
import { backupPrefix } from "../neon/branch-names.ts";
import { ignoreNotFound } from "../shared/ignore-not-found.ts";
import type { Leftover, PreviewPlace } from "./leftover.ts";
import { previewName, pullRequestOfBranch } from "./names.ts";

/** What the Neon project holds of pull requests, and how much room it has. */
export interface NeonPreviews {
  readonly leftovers: readonly Leftover[];
  /** When each environment's own branch ends; `undefined` where it has no expiry. */
  readonly expiries: ReadonlyMap<number, string | undefined>;
  readonly branches: number;
  /** Branches that the account's plan allows in the project; undefined where it sets no limit, or without a project. */
  readonly limit: number | undefined;
}

/** Reads the branches of the environments' project. */
export async function previewsOnNeon(place: PreviewPlace, access: CloudAccess): Promise<NeonPreviews> {
  const neon = await openNeon(access.neon);
  const { project, organizationId } = place.neon;
  const found = await findProject(neon, { name: project, organizationId });
  if (!found) return { leftovers: [], expiries: new Map(), branches: 0, limit: undefined };
  const projectId = found.id;
  const [branches, limit] = await Promise.all([
    neon.branches.list({ projectId }).all(),
    branchLimit(neon, projectId),
  ]);
  const ours = branches.flatMap((branch) => {
    const pullRequest = pullRequestOfBranch(branch.name);
    // Whatever its name, the root of all others is no preview.
    return pullRequest === undefined || branch.default ? [] : [{ branch, pullRequest }];
  });
  return {
    leftovers: ours
      // Neon deletes no branch that has children.
      .sort((left, right) => Number(isBackup(right.branch.name)) - Number(isBackup(left.branch.name)))
      .map(({ branch, pullRequest }) => ({
        cloud: "neon",
        what: `branch ${branch.name}`,
        pullRequest,
        remove: async () => {
          await ignoreNotFound(neon.branches.delete({ projectId, branchId: branch.id }));
        },
      })),
    expiries: new Map(
      ours
        .filter(({ branch, pullRequest }) => branch.name.startsWith(previewName(pullRequest)))
        .map(({ branch, pullRequest }) => [pullRequest, branch.expires_at]),
    ),
    branches: branches.length,
    limit,
  };
}

function isBackup(name: string): boolean {
  return name.startsWith(backupPrefix);
}
