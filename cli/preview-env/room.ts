import type { Preview, Previews } from "@rollout/infra/preview/find-previews";
import { previewName } from "@rollout/infra/preview/names";

type Named = Pick<Preview, "pullRequest" | "verdict">;

/**
 * Why Neon would refuse the environment's branch, which it does in the middle of a rollout otherwise; nothing when there
 * is room, or when the environment has its branch already.
 */
export function roomFault(
  { found, room }: Pick<Previews, "room"> & { readonly found: readonly Named[] },
  before: Pick<Preview, "hasBranch"> | undefined,
): string | undefined {
  if (before?.hasBranch || room.limit === undefined || room.branches < room.limit) return undefined;
  const names = (previews: readonly Named[]): string =>
    previews.map(({ pullRequest }) => previewName(pullRequest)).join(", ");
  const forgotten = found.filter(({ verdict }) => verdict.goes);
  const help =
    forgotten.length > 0
      ? `A sweep takes ${names(forgotten)} away: bin/rollout preview-env sweep`
      : found.length > 0
        ? `None is forgotten. Delete one that is not needed (${names(found)}): bin/rollout preview-env down NUMBER`
        : "None is of a pull request. Delete one that is not needed in the Neon console, or change the plan";
  return (
    `The Neon project has ${String(room.branches)} branches, and the account's plan allows ${String(room.limit)}; ` +
    `nothing was started. ${help}`
  );
}
