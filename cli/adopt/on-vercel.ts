import { openVercel } from "@rollout/infra/vercel/client";
import { findProject } from "@rollout/infra/vercel/find-project";
import { projectBehaviour } from "@rollout/infra/vercel/names";
import { isSetFor, jointTargets } from "@rollout/infra/vercel/variable-targets";
import type { StackNames } from "@rollout/infra/rollout/ownership/stack-names";
import type { AdoptedResource } from "../../stacks/adopted-resource.ts";
import type { OpenEnvironment } from "../open-environment.ts";

const component = { type: "rollout:vercel:WebProject", name: "web" };

/** The resources of the project, where it exists, and of the variables that are set. */
export async function vercelResources(
  { settings, access }: OpenEnvironment,
  { vercel: names }: StackNames,
): Promise<readonly AdoptedResource[]> {
  const { team, project, deploymentProtection } = settings.vercel;
  const projectId = await findProject(access.vercel, team, project);
  if (projectId === undefined) return [];
  const vercel = await openVercel(access.vercel);
  const { envs } = await vercel.getVariables({ idOrName: projectId, teamId: team });
  const place = { projectId, team };
  return [
    {
      ...{ kind: "vercel project", name: "web-project", component, id: projectId },
      inputs: { name: project, team },
    },
    {
      ...{ kind: "module", path: "vercel/project-settings", name: "web-settings", component, id: projectId },
      inputs: { ...place, ...projectBehaviour, deploymentProtection },
    },
    ...envs
      // One of several targets is found by the guard's reader, and refused.
      .filter(
        (each) =>
          names.variables.includes(each.key) &&
          isSetFor(each, names.target) &&
          jointTargets(each) === undefined,
      )
      .map(({ id, key }): AdoptedResource => ({
        ...{ kind: "module", path: "vercel/variable", name: `web-${key}`, component, id },
        inputs: { ...place, key, value: "", target: names.target },
      })),
  ];
}
