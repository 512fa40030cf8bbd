import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { backupPrefix, stamp } from "../../neon/branch-names.ts";
import { openNeon } from "../../neon/client.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";

export interface BackupInputs {
  readonly projectId: string;
  /** Branch to keep a copy of. */
  readonly branchId: string;
  readonly environment: string;
  /** Set of migrations that is about to run; a new set makes a new backup. */
  readonly migrations: string;
  /** How many are kept; the oldest go first. */
  readonly keep: number;
  /** Neon deletes a backup automatically after this many days; at most 30. */
  readonly days: number;
}

export interface BackupOutputs extends BackupInputs {
  readonly backupBranchId: string;
  readonly backupName: string;
}

/**
 * A copy-on-write branch of the database as it was before the migrations. Backups are records: this resource shows
 * that one was made, and neither its expiry nor a newer one is a change of the environment.
 */
export const provider: ProviderModule<BackupInputs, BackupOutputs> = {
  differs: (olds, news) =>
    (["projectId", "branchId", "migrations"] as const).some((key) => olds[key] !== news[key]),

  async create(news, context) {
    return { id: `backup-${news.environment}`, outputs: await backUp(news, context) };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  async update(_id, _olds, news, context) {
    return backUp(news, context);
  },
};

async function backUp(news: BackupInputs, { access }: ProviderContext): Promise<BackupOutputs> {
  const neon = await openNeon(access.neon);
  const { projectId, branchId, environment, keep, days } = news;
  const now = new Date();
  const prefix = `${backupPrefix}${environment}-`;
  const name = prefix + stamp(now);
  const branches = await neon.branches.list({ projectId }).all();
  // Made first and pruned after: at no moment are there fewer than before.
  const made =
    branches.find((each) => each.name === name) ??
    (await neon.branches.create({
      projectId,
      parent_id: branchId,
      name,
      noCompute: true,
      expires_at: new Date(now.getTime() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z"),
    }));
  const older = branches
    // One that a user protected or grew a branch from is kept on purpose, and Neon would refuse to delete it.
    .filter((each) => each.name.startsWith(prefix) && each.id !== made.id && !each.protected)
    .filter(({ id }) => !branches.some((child) => child.parent_id === id))
    .sort((left, right) => (left.created_at < right.created_at ? 1 : -1));
  for (const old of older.slice(keep - 1))
    await ignoreNotFound(neon.branches.delete({ projectId, branchId: old.id }));
  return { ...news, backupBranchId: made.id, backupName: name };
}
