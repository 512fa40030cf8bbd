import { ignoreNotFound } from "../shared/ignore-not-found.ts";
import { visibleWithin } from "../shared/just-made.ts";
import { waitUntil } from "../shared/wait-until.ts";
import type { VercelClient } from "./client.ts";
import { addDomain } from "./project-domain.ts";

export interface Promotion {
  readonly team: string;
  readonly projectId: string;
  readonly deploymentId: string;
  /** Host that is to answer with the deployment afterwards. */
  readonly domain: string;
  readonly waitSeconds: number;
}

type Project = Awaited<ReturnType<VercelClient["getProject"]>>;
type Request = NonNullable<Project["lastAliasRequest"]>;

/** The deployment that the domain points at; none while it is not assigned. */
export async function aliasedDeployment(
  { domain, team }: Pick<Promotion, "domain" | "team">,
  vercel: VercelClient,
): Promise<string | undefined> {
  const alias = await ignoreNotFound(vercel.getAlias({ idOrAlias: domain, teamId: team }));
  return alias && (alias.deploymentId ?? "");
}

/**
 * Points the domain at the deployment. Vercel answers 409 when it is there already, after a lost answer for instance.
 *
 * @returns that answer, which alone does not tell whether it is there.
 */
export async function assignAlias(
  { deploymentId, team, domain }: Pick<Promotion, "deploymentId" | "domain" | "team">,
  vercel: VercelClient,
): Promise<Error | undefined> {
  try {
    await vercel.assignAlias({ id: deploymentId, teamId: team, requestBody: { alias: domain } });
    return undefined;
  } catch (error) {
    if (error instanceof Error && isConflict(error)) return error;
    throw error;
  }
}

/**
 * Waits until Vercel shows the domain at the deployment.
 *
 * @param conflict what Vercel answered to the change; the reason where the domain does not follow.
 */
export async function waitForAlias(
  promotion: Pick<Promotion, "deploymentId" | "domain" | "team">,
  vercel: VercelClient,
  { conflict, limitMilliseconds = visibleWithin }: { conflict?: Error; limitMilliseconds?: number } = {},
): Promise<void> {
  const { domain, deploymentId } = promotion;
  try {
    await waitUntil({ what: `Vercel to show ${domain} at ${deploymentId}`, limitMilliseconds }, async () => {
      const assigned = await aliasedDeployment(promotion, vercel);
      if (assigned === deploymentId) return { done: true };
      return { pending: `it points at ${assigned ?? "nothing"}` };
    });
  } catch (error) {
    throw conflict ?? error;
  }
}

/**
 * Makes the deployment the project's production and waits until the domain, which is added to the project first, follows.
 * It is assigned where it does not exist yet, or the project's production has moved without it.
 *
 * @throws Error when Vercel ends the promotion as failed or skipped, or the domain does not follow within the limit.
 */
export async function promote(promotion: Promotion, vercel: VercelClient): Promise<void> {
  const { deploymentId, domain, waitSeconds } = promotion;
  await addDomain(promotion, vercel);
  if ((await aliasedDeployment(promotion, vercel)) === deploymentId) return;
  const before = await projectOf(promotion, vercel);
  await requestPromotion(promotion, vercel);
  await waitUntil(
    { what: `Vercel to point ${domain} at ${deploymentId}`, limitMilliseconds: waitSeconds * 1000 },
    async () => {
      const project = await projectOf(promotion, vercel);
      const own = ownRequest(promotion, project, before);
      if (own?.jobStatus === "failed") throw new Error(endOf(own, promotion));
      const seen = await aliasedDeployment(promotion, vercel);
      if (seen === deploymentId) return { done: undefined };
      if (seen === undefined || isProduction(promotion, project)) await assignAlias(promotion, vercel);
      else if (own?.jobStatus === "skipped") throw new Error(endOf(own, promotion));
      return { pending: `${seen ?? "no such alias"}${own ? `; the promotion is ${own.jobStatus}` : ""}` };
    },
  );
}

/** Vercel answers 409 for the deployment that is production already, or is becoming it. */
async function requestPromotion(promotion: Promotion, vercel: VercelClient): Promise<void> {
  const { projectId, deploymentId, team } = promotion;
  try {
    await vercel.promote({ projectId, deploymentId, teamId: team });
  } catch (error) {
    if (!isConflict(error)) throw error;
    const project = await projectOf(promotion, vercel);
    const isOnItsWay =
      project.lastAliasRequest?.toDeploymentId === deploymentId && isUnderWay(project.lastAliasRequest);
    if (!isProduction(promotion, project) && !isOnItsWay) throw error;
  }
}

/** This promotion's own request; one of the same deployment that was there before ended earlier. */
function ownRequest({ deploymentId }: Promotion, now: Project, before: Project): Request | undefined {
  const request = now.lastAliasRequest ?? undefined;
  if (request?.toDeploymentId !== deploymentId || request.type !== "promote") return undefined;
  return request.requestedAt === before.lastAliasRequest?.requestedAt && !isUnderWay(request)
    ? undefined
    : request;
}

function isUnderWay({ jobStatus }: Request): boolean {
  return jobStatus === "pending" || jobStatus === "in-progress";
}

function isProduction({ deploymentId }: Promotion, project: Project): boolean {
  return project.targets?.production?.id === deploymentId;
}

function endOf({ jobStatus }: Request, { deploymentId, projectId }: Promotion): string {
  return (
    `Vercel ended the promotion of ${deploymentId} as ${jobStatus}. ` +
    `See the deployment in the Vercel dashboard (project ${projectId}), then run the command again`
  );
}

function projectOf({ projectId, team }: Promotion, vercel: VercelClient): Promise<Project> {
  return vercel.getProject({ idOrName: projectId, teamId: team });
}

function isConflict(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 409;
}
