import { cloudNames } from "../../../infra/shared/cloud-names.ts";
import type { RolloutCell } from "./plan.ts";

export type RolloutEnd = "done" | "rolled back" | "stopped" | "killed" | "not met";

/** How the command ended, by its exit status; anything else is none of the ends that are promised. */
export function endOf(status: number | null): RolloutEnd | undefined {
  if (status === 0) return "done";
  if (status === 4) return "rolled back";
  return status !== null && [1, 2, 3, 5, 255].includes(status) ? "stopped" : undefined;
}

/** What a run that stopped has not reported to its user: the cloud, the call, and what helps. */
export function messageFaults(output: string, { call, fault }: RolloutCell): readonly string[] {
  if (fault.losesLease === true && /another rollout has taken|could not be renewed/.test(output)) return [];
  // The language model is asked by the application alone, and its smoke test describes what came.
  const cloud = call.cloud === "ai" ? "smoke" : cloudNames[call.cloud];
  const missing = [
    ...(output.includes(cloud) || /flyctl/.test(output) ? [] : ["the cloud"]),
    ...(/\b(GET|POST|PUT|PATCH|DELETE) \/|flyctl \w+|https?:\/\/\S+/.test(output) ? [] : ["the call"]),
    ...(/command again|bin\/rollout \w+|pulumi \w+|docs\/|doctor/.test(output) ? [] : ["what helps"]),
  ];
  return missing.length === 0
    ? []
    : [`what it printed does not name ${missing.join(", ")}:\n${output.slice(-3000)}`];
}
