import type { Access } from "../../dynamic/cloud-access.ts";
import { watchedFetch } from "../../shared/cloud-calls.ts";
import { ApiError, jsonApi } from "../../shared/json-api.ts";
import { orGone } from "../../shared/or-gone.ts";
import { findProject } from "../../vercel/find-project.ts";
import type { FoundThing } from "./found-thing.ts";
import type { StackNames } from "./stack-names.ts";
import { things } from "./stack-names.ts";

interface SeenVariables {
  readonly envs: readonly {
    readonly key: string;
    readonly target?: string | readonly string[];
    readonly gitBranch?: string | null;
  }[];
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
  const vercel = jsonApi("vercel", access, watchedFetch("vercel"));
  const ofTeam = `teamId=${encodeURIComponent(team)}`;
  const id = await findProject(access, team, project);
  const [envs, alias] = await Promise.all([
    id === undefined
      ? []
      : vercel<SeenVariables>({ method: "GET", path: `/v10/projects/${id}/env?${ofTeam}` }).then(
          (answer) => answer.envs,
        ),
    orGone(
      vercel<SeenAlias>({ method: "GET", path: `/v4/aliases/${encodeURIComponent(domain)}?${ofTeam}` }),
    ).catch((error: unknown) => {
      // The address of another account, which `infra/vercel/taken-address.ts` reports.
      if (error instanceof ApiError && error.status === 403) return undefined;
      throw error;
    }),
  ]);
  const set = envs
    .filter((each) => [each.target ?? []].flat().join() === target && !each.gitBranch)
    .map(({ key }) => key);
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
    ...variables
      .filter((key) => set.includes(key))
      .map((key) => ({
        ...things.vercelVariable(names, key),
        state: "set",
        harm: "it would get another value",
      })),
    ...(alias
      ? [
          {
            ...things.vercelDomain(names),
            state: `an alias of ${alias.deploymentId ?? "no deployment"}${alias.projectId ? ` of the project ${alias.projectId}` : ""}`,
            harm: "it would show this application",
            // Vercel gives a project's first deployment the project's own addresses, whoever deploys it.
            ...(id !== undefined && alias.projectId === id ? { partOf: things.vercelProject(names) } : {}),
          },
        ]
      : []),
  ];
}
