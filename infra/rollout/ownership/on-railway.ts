import { openRailway } from "../../railway/client.ts";
import { findService } from "../../railway/find-service.ts";
import { serviceInstance, workingDeployments } from "../../railway/service.ts";
import type { RailwayAccess } from "../../shared/cloud-access.ts";
import type { FoundThing } from "./found-thing.ts";
import type { StackNames } from "./stack-names.ts";
import { things } from "./stack-names.ts";

/** The services of the stack's workers, as far as they exist. */
export async function railwayThings(
  { railway: names }: StackNames,
  access: RailwayAccess | undefined,
): Promise<readonly FoundThing[]> {
  if (!names) return [];
  const railway = openRailway(access);
  const { project, environment, services } = names;
  const found = await Promise.all(
    services.map(async (name): Promise<FoundThing | undefined> => {
      const place = await findService({ project, environment, name }, railway);
      if (!place) return undefined;
      const instance = await serviceInstance(place, railway);
      const image = instance?.source?.image;
      const running = instance ? workingDeployments(instance).length : 0;
      const works = running === 0 ? "no deployment works" : "a deployment works";
      return {
        ...things.railwayService(project, name),
        state: image === undefined || image === null ? works : `${works}, its image is ${image}`,
        harm: "its variables would be replaced, what runs there would be removed, and it would end with the stack",
      };
    }),
  );
  return found.flatMap((each) => each ?? []);
}
