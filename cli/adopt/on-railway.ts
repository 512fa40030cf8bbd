import { openRailway } from "@rollout/infra/railway/client";
import { findService } from "@rollout/infra/railway/find-service";
import { readVariables } from "@rollout/infra/railway/read-variables";
import { listed } from "@rollout/infra/rollout/ownership/found-thing";
import type { StackNames } from "@rollout/infra/rollout/ownership/stack-names";
import { workersOf } from "../../stacks/settings/workers.ts";
import type { AdoptedResource } from "../../stacks/adopted-resource.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import type { AdoptionChange } from "./differences.ts";

interface RailwayAdoption {
  readonly resources: readonly AdoptedResource[];
  /** What the next rollout changes where a worker runs there, which gets its variables and deployment then. */
  readonly changes: readonly AdoptionChange[];
}

/** The services that exist. */
export async function railwayAdoption(
  { settings, access }: OpenEnvironment,
  { railway: names }: StackNames,
): Promise<RailwayAdoption> {
  if (!names) return { resources: [], changes: [] };
  const railway = openRailway(access.railway);
  const { project, environment } = names;
  const found = await Promise.all(
    workersOf(settings).map(async ({ name, service, host }): Promise<RailwayAdoption[]> => {
      const place = service && (await findService({ project, environment, name: service }, railway));
      if (!place) return [];
      const resource = `${name}-service`;
      const inputs = { project, environment, name: service };
      const variables = host === "railway" ? await readVariables({ ...place, project }, railway) : {};
      const there = Object.keys(variables ?? {}).sort();
      const whats =
        host === "railway"
          ? [
              ...(there.length === 0 ? [] : [`its variables ${listed(there)} are replaced by the worker's`]),
              "what runs there is replaced by the worker",
            ]
          : ["what runs there is removed, since the worker runs on Fly.io"];
      return [
        {
          resources: [
            { kind: "module", path: "railway/service", name: resource, id: place.serviceId, inputs },
          ],
          changes: whats.map((what) => ({ resource, what })),
        },
      ];
    }),
  );
  return {
    resources: found.flat().flatMap(({ resources }) => resources),
    changes: found.flat().flatMap(({ changes }) => changes),
  };
}
