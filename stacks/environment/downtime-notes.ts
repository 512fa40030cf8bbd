import type { EnvironmentKind } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";

/**
 * What of the settings lets a worker of production stand still while its machines are replaced, one line each. Nothing is
 * lost by it, since jobs wait in the queue, and users wait as well.
 */
export function downtimeNotes(kind: EnvironmentKind, { fly }: Settings, stack: string): readonly string[] {
  if (!kind.keepsData || fly.strategy === "bluegreen") return [];
  const set = `pulumi config set --stack ${stack} --path`;
  if (fly.strategy === "immediate")
    return [
      "rollout:fly.strategy is immediate: all machines of a worker are down at once while they are replaced. " +
        `${set} rollout:fly.strategy rolling`,
    ];
  return Object.entries(fly.machines)
    .filter(([, { count }]) => count < 2)
    .map(
      ([worker]) =>
        `rollout:fly.machines.${worker}.count is 1: with the strategy ${fly.strategy} its jobs wait while that ` +
        `one is replaced. ${set} rollout:fly.machines.${worker}.count 2`,
    );
}
