import { ApiError } from "./api-error.ts";
import type { Computes } from "./computes.ts";
import { dataOf, isRoot, type BranchState, type MomentState, type ProjectState } from "./state.ts";

/** The fields of a call that name a moment. */
export interface MomentFields {
  readonly timestamp?: Date | undefined;
  readonly lsn?: string | undefined;
}

const outside = (text: string): ApiError => new ApiError(422, text);

/**
 * The moment that a call asks for, refused where the branch's history does not have it: only root branches have a
 * history, and it reaches back as far as `history_retention_seconds` (neondatabase/website
 * content/docs/introduction/branch-restore.md and plans.md). How Neon words these refusals was not compared.
 */
export async function momentOf(
  computes: Computes,
  project: ProjectState,
  source: BranchState,
  { timestamp, lsn }: MomentFields,
): Promise<MomentState | undefined> {
  if (timestamp === undefined && lsn === undefined) return undefined;
  if (timestamp !== undefined && lsn !== undefined)
    throw new ApiError(400, "timestamp and lsn cannot be specified at the same time");
  if (!isRoot(source))
    throw outside(
      "point-in-time restore is supported for root branches only; restore from the branch's head",
    );
  const history = computes.history(dataOf(source));
  if (timestamp) {
    const oldest = Math.max(
      Date.now() - project.historyRetentionSeconds * 1000,
      history.bases()[0]?.since ?? Infinity,
    );
    if (timestamp.getTime() > Date.now()) throw outside("timestamp is in the future");
    if (timestamp.getTime() < oldest)
      throw outside(
        "timestamp is outside of the branch's history: before its creation or the restore window",
      );
    return { timestamp: timestamp.toISOString() };
  }
  const asked = position(lsn ?? "");
  const running = computes.running(source.id);
  const end = running && position(await computes.sql(running).lsn());
  if (history.bases().length === 0 || asked < history.firstPosition() || (end !== undefined && asked > end))
    throw outside("lsn is outside of the branch's history");
  return { lsn };
}

/** A place in the log as a number; `0/1DE2850` as PostgreSQL writes it. */
function position(lsn: string): bigint {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(lsn) ?? [];
  if (high === undefined || low === undefined) throw new ApiError(400, `invalid LSN ${lsn}`);
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
