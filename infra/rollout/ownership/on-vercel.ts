import type { Access } from "../../shared/cloud-access.ts";
import { ApiError, jsonApi } from "../../shared/json-api.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { findProject } from "../../vercel/find-project.ts";
import type { TargetedVariable } from "../../vercel/variable-targets.ts";
import { isSetFor, jointTargets, separateFirst } from "../../vercel/variable-targets.ts";
import type { FoundThing } from "./found-thing.ts";
import type { StackNames } from "./stack-names.ts";
import { things } from "./stack-names.ts";

interface SeenVariables {
  readonly envs: readonly (TargetedVariable & { readonly key: string })[];
}

interface SeenAlias {
  readonly projectId?: string | null;
  readonly deploymentId?: string | null;
}

/**
 * The stack's project, variables and address, as far as they exist. Plain calls: Vercel's client takes a second to load,
 * and every preview of a first rollout asks.
 */
export async function vercelThings(names: StackNames, access: Access): Promise<readonly FoundThing[]> {
  const { team, project, target, variables, domain } = names.vercel;
  const vercel = jsonApi("vercel", access);
  const ofTeam = `teamId=${encodeURIComponent(team)}`;
  const id = await findProject(access, team, project);
  const [envs, alias] = await Promise.all([
    id === undefined
      ? []
      : vercel<SeenVariables>({ method: "GET", path: `/v10/projects/${id}/env?${ofTeam}` }).then(
          (answer) => answer.envs,
        ),
    ignoreNotFound(
      vercel<SeenAlias>({ method: "GET", path: `/v4/aliases/${encodeURIComponent(domain)}?${ofTeam}` }),
    ).catch((error: unknown) => {
      // The address of another account, which `infra/vercel/taken-address.ts` reports.
      if (error instanceof ApiError && error.status === 403) return undefined;
      throw error;
    }),
  ]);
  const set = envs.filter((each) => isSetFor(each, target));
  return [
    ...(id === undefined
      ? []
      : [
          {
            ...things.vercelProject(names),
            state: id,
            harm: "its Node version, deployment protection and the deployments of pushes would be set",
          },
        ]),
    ...variables.flatMap((key) =>
      set
        .filter((each) => each.key === key)
        .map((each): FoundThing => {
          const joint = jointTargets(each);
          const thing = things.vercelVariable(names, key);
          return joint === undefined
            ? { ...thing, state: "set", harm: "it would get another value" }
            : {
                ...{ ...thing, state: `set for ${joint} together`, obstacle: separateFirst },
                harm: "its value for the other environments would be lost",
              };
        }),
    ),
    ...(alias
      ? [
          {
            ...things.vercelDomain(names),
            state: `an alias of ${alias.deploymentId ?? "no deployment"}${alias.projectId ? ` of the project ${alias.projectId}` : ""}`,
            harm: "it would show this application",
            // Vercel gives a project's first deployment the project's own addresses, no matter who deploys it.
            ...(id !== undefined && alias.projectId === id ? { partOf: things.vercelProject(names) } : {}),
          },
        ]
      : []),
  ];
}
