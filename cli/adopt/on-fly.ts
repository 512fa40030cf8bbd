import { openFly } from "@rollout/infra/fly/client";
import { appExists } from "@rollout/infra/rollout/ownership/on-fly";
import type { StackNames } from "@rollout/infra/rollout/ownership/stack-names";
import type { AdoptedResource } from "../../stacks/adopted-resource.ts";
import type { OpenEnvironment } from "../open-environment.ts";

/** The resources of the apps that exist. */
export async function flyResources(
  { settings, access }: OpenEnvironment,
  { fly: names }: StackNames,
): Promise<readonly AdoptedResource[]> {
  const fly = openFly(access.fly);
  const { organization, apps } = settings.fly;
  const appOf = (name: string, app: string): AdoptedResource => ({
    ...{ kind: "module", path: "fly/app", name, id: app },
    inputs: { name: app, organization },
  });
  const workers = Object.entries(apps).map(async ([worker, app]): Promise<readonly AdoptedResource[]> =>
    (await appExists(app, fly))
      ? [
          appOf(`${worker}-app`, app),
          {
            ...{ kind: "module", path: "fly/app-secrets", name: `${worker}-secrets`, id: app },
            component: { type: "rollout:fly:Worker", name: worker },
            inputs: { app, values: {} },
          },
        ]
      : [],
  );
  const { imageApp } = names;
  const image =
    imageApp !== undefined && (await appExists(imageApp, fly)) ? [appOf("image-app", imageApp)] : [];
  return [...(await Promise.all(workers)).flat(), ...image];
}
