import { openRailway, RailwayError } from "@rollout/infra/railway/client";
import { findService } from "@rollout/infra/railway/find-service";
import { imageAppOf } from "../release/composition.ts";
import { workersOf } from "../settings/workers.ts";
import type { Check, Finding } from "./check.ts";
import { fails, holds, newToken } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** What a rollout needs of the Railway project, where a worker has a service there. */
export function railwayChecks({ settings, access }: DoctorContext): readonly Check[] {
  const { railway } = settings;
  if (railway === undefined) return [];
  const token = async (): Promise<Finding> => {
    try {
      await openRailway(access.railway)({
        name: "environment",
        document:
          "query ($id: String!, $projectId: String) { environment(id: $id, projectId: $projectId) { id } }",
        variables: { id: railway.environment, projectId: railway.project },
        repeatable: true,
      });
      return holds(`the token may read the environment ${railway.environment} of the project`);
    } catch (error) {
      if (!(error instanceof RailwayError)) throw error;
      return fails(error.message, newToken("RAILWAY_API_TOKEN"), "every");
    }
  };
  // What the token may do shows Railway's first deployment alone.
  const registry = (): Promise<Finding> =>
    Promise.resolve(
      access.railway?.registryToken === undefined
        ? fails(
            "FLY_REGISTRY_TOKEN is not set, by which Railway pulls the workers' image",
            `fly tokens create deploy --app ${imageAppOf(settings)}; docs/railway.md`,
            "every",
          )
        : holds("FLY_REGISTRY_TOKEN is set"),
    );
  const runsThere = workersOf(settings).some(({ host }) => host === "railway");
  const service = (name: string) => async (): Promise<Finding> => {
    const { project, environment } = railway;
    const found = await findService({ project, environment, name }, openRailway(access.railway));
    return holds(found ? "is there" : "is not there yet: the rollout creates it");
  };
  return [
    { name: "Railway token", isCheap: true, isForRollbacks: true, look: token },
    ...(runsThere
      ? [{ name: "Railway image token", isCheap: true, isForRollbacks: true, look: registry }]
      : []),
    ...Object.values(railway.services)
      .filter((name) => name !== undefined)
      .map((name) => ({ name: `Railway service ${name}`, look: service(name) })),
  ];
}
