import type { Access } from "../shared/cloud-access.ts";
import { jsonApi } from "../shared/json-api.ts";
import type { Neon } from "./client.ts";

/** What a plan allows, as far as a stack can ask for more. */
export interface PlanLimits {
  readonly historyHours: number;
  readonly protectedBranches: number;
  readonly hasSuspendTimeout: boolean;
}

/** neon.com/docs: introduction/plans, introduction/restore-window, guides/protected-branches. */
const limits: Readonly<Record<string, PlanLimits>> = {
  free: { historyHours: 6, protectedBranches: 0, hasSuspendTimeout: false },
  launch: { historyHours: 7 * 24, protectedBranches: 2, hasSuspendTimeout: true },
  scale: { historyHours: 30 * 24, protectedBranches: 5, hasSuspendTimeout: true },
};

export interface Plan {
  /** As Neon names it: `free_v3`, `launch`. */
  readonly name: string;
  /** None for a plan that is not in the table. */
  readonly limits: PlanLimits | undefined;
}

/** Where the plan can be read. */
export interface PlanPlace {
  /** The project that the stack uses; none before the first rollout. */
  readonly projectId: string | undefined;
  readonly organizationId: string | undefined;
}

/**
 * The plan of the account that has the project, or will have it. A project names it for every kind of key; without one, an
 * organization's key knows its organization (`GET /auth`) and a personal key its user.
 */
export async function readPlan(neon: Neon, access: Access, place: PlanPlace): Promise<Plan | undefined> {
  const name = await planName(neon, access, place);
  if (name === undefined) return undefined;
  return { name, limits: limits[/^[a-z]+/.exec(name)?.[0] ?? ""] };
}

async function planName(
  neon: Neon,
  access: Access,
  { projectId, organizationId }: PlanPlace,
): Promise<string | undefined> {
  if (projectId !== undefined) {
    const { owner } = await neon.projects.get({ projectId });
    if (owner?.subscription_type) return owner.subscription_type;
  }
  const get = <T>(path: string): Promise<T> => jsonApi("neon", access)<T>({ method: "GET", path });
  const ofOrganization = async (id: string): Promise<string | undefined> =>
    (await get<{ readonly plan?: string }>(`/organizations/${encodeURIComponent(id)}`)).plan;
  if (organizationId) return ofOrganization(organizationId);
  const { account_id, auth_method } = await get<{
    readonly account_id: string;
    readonly auth_method: string;
  }>("/auth");
  if (auth_method === "api_key_org") return ofOrganization(account_id);
  return (await get<{ readonly plan?: string }>("/users/me")).plan;
}
