import { ignoreNotFound } from "../shared/ignore-not-found.ts";
import type { VercelClient } from "./client.ts";

export interface ProjectDomain {
  readonly team: string;
  readonly projectId: string;
  readonly domain: string;
}

type Seen = Awaited<ReturnType<VercelClient["getProjectDomain"]>>;

/**
 * Makes the domain one of the project's own. Under standard protection production is open to visitors there alone: at an
 * alias that was only assigned they get a login (vercel/vercel#16624). The domain then follows each promotion.
 *
 * @throws Error where the domain is another project's, or Vercel asks for proof of whose it is.
 */
export async function addDomain(place: ProjectDomain, vercel: VercelClient): Promise<void> {
  const seen = (await find(place, vercel)) ?? (await add(place, vercel));
  if (seen.verified === false) await verify(place, seen, vercel);
}

/** Removes the domain from the project, and what it points at. */
export async function removeDomain(
  { projectId, domain, team }: ProjectDomain,
  vercel: VercelClient,
): Promise<void> {
  await ignoreNotFound(vercel.removeProjectDomain({ idOrName: projectId, domain, teamId: team }));
}

function find({ projectId, domain, team }: ProjectDomain, vercel: VercelClient): Promise<Seen | undefined> {
  return ignoreNotFound(vercel.getProjectDomain({ idOrName: projectId, domain, teamId: team }));
}

async function add(place: ProjectDomain, vercel: VercelClient): Promise<Seen> {
  const { projectId, domain, team } = place;
  try {
    return await vercel.addProjectDomain({
      idOrName: projectId,
      teamId: team,
      requestBody: { name: domain },
    });
  } catch (error) {
    // 400 where the project has it: the answer to an earlier try was lost.
    const seen = statusOf(error) === 400 ? await find(place, vercel) : undefined;
    if (!seen) throw error;
    return seen;
  }
}

async function verify(place: ProjectDomain, seen: Seen, vercel: VercelClient): Promise<void> {
  const { projectId, domain, team } = place;
  try {
    await vercel.verifyProjectDomain({ idOrName: projectId, domain, teamId: team });
    if ((await find(place, vercel))?.verified !== false) return;
  } catch (error) {
    if (statusOf(error) !== 400) throw error;
  }
  const records = (seen.verification ?? []).map(
    ({ type, domain: name, value }) => `${type} ${name} ${value}`,
  );
  throw new Error(
    `another Vercel team uses ${domain}, and Vercel asks for proof that it is yours. ` +
      `Add this DNS record, then run the command again: ${records.join(", ") || "see the project's domains in Vercel's dashboard"}`,
  );
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}
