import type { CloudAccess } from "../shared/cloud-access.ts";
import { ignoreNotFound } from "../shared/ignore-not-found.ts";
import type { VercelClient } from "../vercel/client.ts";
import { openVercel } from "../vercel/client.ts";
import { findProject } from "../vercel/find-project.ts";
import { bypassNote, deploymentMeta } from "../vercel/names.ts";
import { revokeBypass } from "../vercel/revoke-bypass.ts";
import type { Leftover, PreviewPlace } from "./leftover.ts";
import { pullRequestIn, pullRequestOf } from "./names.ts";

/** What of the project is a preview's: variables, deployments and secrets by their mark, addresses by their name too. */
export async function previewsOnVercel(
  place: PreviewPlace,
  access: CloudAccess,
): Promise<readonly Leftover[]> {
  const { team, project } = place.vercel;
  const projectId = await findProject(access.vercel, team, project);
  if (projectId === undefined) return [];
  const vercel = await openVercel(access.vercel);
  const at: At = { vercel, teamId: team, projectId };
  const [variables, deployments, aliases, bypasses] = await Promise.all([
    variablesIn(at),
    deploymentsIn(at, place.vercel.isOwn),
    everyPage((until) => vercel.listAliases({ teamId: team, projectId, limit: 100, ...until }), "aliases"),
    bypassesIn(at),
  ]);
  const ofDeployment = new Map(deployments.map(({ id, pullRequest }) => [id, pullRequest]));
  return [
    ...aliases.flatMap(({ uid, alias, deploymentId }): Leftover[] => {
      const pullRequest = pullRequestIn(alias, place.vercel.domain) ?? ofDeployment.get(deploymentId ?? "");
      return pullRequest === undefined
        ? []
        : [
            leftover(pullRequest, `address ${alias}`, () =>
              vercel.deleteAlias({ teamId: team, aliasId: uid }),
            ),
          ];
    }),
    ...deployments.map(({ leftover: each }) => each),
    ...variables,
    ...bypasses,
  ];
}

interface At {
  readonly vercel: VercelClient;
  readonly teamId: string;
  readonly projectId: string;
}

function leftover(pullRequest: number, what: string, call: () => Promise<unknown>): Leftover {
  const remove = async (): Promise<void> => {
    await ignoreNotFound(call());
  };
  return { cloud: "vercel", what, pullRequest, remove };
}

/** Of previews of earlier versions, whose variables were the project's. */
async function variablesIn({ vercel, teamId, projectId }: At): Promise<readonly Leftover[]> {
  const { envs } = await vercel.getVariables({ idOrName: projectId, teamId });
  return envs.flatMap(({ id, key, gitBranch, comment }) => {
    const pullRequest = gitBranch ? pullRequestOf(comment ?? "") : undefined;
    return pullRequest === undefined
      ? []
      : [
          leftover(pullRequest, `variable ${key} of the git branch ${gitBranch ?? ""}`, () =>
            vercel.deleteVariable({ idOrName: projectId, teamId, id }),
          ),
        ];
  });
}

/** @param isOwn Vercel makes a project's very first deployment one of production, also where that is a preview's. */
async function deploymentsIn({ vercel, teamId, projectId }: At, isOwn: boolean) {
  const all = await everyPage(
    (until) => vercel.getDeployments({ projectId, teamId, limit: 100, ...until }),
    "deployments",
  );
  return all.flatMap(({ uid, target, meta }) => {
    const environment = meta?.[deploymentMeta.environment];
    const pullRequest = typeof environment === "string" ? pullRequestOf(environment) : undefined;
    return pullRequest === undefined || (target === "production" && !isOwn)
      ? []
      : [
          {
            id: uid,
            pullRequest,
            leftover: leftover(pullRequest, `deployment ${uid}`, () =>
              vercel.deleteDeployment({ teamId, id: uid }),
            ),
          },
        ];
  });
}

async function bypassesIn({ vercel, teamId, projectId }: At): Promise<readonly Leftover[]> {
  const { protectionBypass = {} } = await vercel.getProject({ idOrName: projectId, teamId });
  return Object.entries(protectionBypass).flatMap(([secret, { note = "" }]) => {
    // Behind the environment's name stands a version in brackets.
    const prefix = bypassNote("");
    const [environment = ""] = note.startsWith(prefix) ? note.slice(prefix.length).split(" ") : [];
    const pullRequest = pullRequestOf(environment);
    return pullRequest === undefined
      ? []
      : [
          leftover(pullRequest, `secret "${note}"`, () =>
            revokeBypass({ projectId, team: teamId, secret }, () => false, vercel),
          ),
        ];
  });
}

/** Vercel gives at most a hundred at once, newest first, and the time where the next page begins. */
async function everyPage<Key extends string, Item>(
  page: (until: { readonly until?: number }) => Promise<
    Readonly<Record<Key, readonly Item[]>> & {
      readonly pagination?: { readonly next?: number | null | undefined } | undefined;
    }
  >,
  key: Key,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let until: { readonly until?: number } = {};
  for (;;) {
    const answer = await page(until);
    items.push(...answer[key]);
    const next = answer.pagination?.next;
    if (next === null || next === undefined) return items;
    until = { until: next };
  }
}
