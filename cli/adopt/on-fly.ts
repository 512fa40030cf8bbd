import { appPath, openFly } from "@atlaris/infra/fly/client";
import type { StackNames } from "@atlaris/infra/rollout/ownership/stack-names";
import { orGone } from "@atlaris/infra/shared/or-gone";
import type { AdoptedResource } from "../../stacks/adopted-resource.ts";
import type { OpenEnvironment } from "../open-environment.ts";

/** The resources of the apps that exist. */
export async function flyResources(
  { settings, access }: OpenEnvironment,
  { fly: names }: StackNames,
): Promise<readonly AdoptedResource[]> {
  const fly = openFly(access.fly);
  const { organization, apps } = settings.fly;
  const exists = async (app: string): Promise<boolean> =>
    (await orGone(fly({ method: "GET", path: appPath(app) }))) !== undefined;
  const appOf = (name: string, app: string): AdoptedResource => ({
    ...{ kind: "module", path: "fly/app", name, id: app },
    inputs: { name: app, organization },
  });
  const workers = Object.entries(apps).map(async ([worker, app]): Promise<readonly AdoptedResource[]> =>
    (await exists(app))
      ? [
          appOf(`${worker}-app`, app),
          {
            ...{ kind: "module", path: "fly/app-secrets", name: `${worker}-secrets`, id: app },
            component: { type: "atlaris:fly:Worker", name: worker },
            inputs: { app, values: {} },
          },
        ]
      : [],
  );
  const { imageApp } = names;
  const image = imageApp !== undefined && (await exists(imageApp)) ? [appOf("image-app", imageApp)] : [];
  return [...(await Promise.all(workers)).flat(), ...image];
}
