import type { GitHub, Repository } from "./client.ts";
import { GitHubError } from "./client.ts";

/** What of a repository decides which rules it can have. */
export interface SeenRepository {
  readonly isPrivate: boolean;
  readonly isOfOrganization: boolean;
  /** The role of the token's user; none where GitHub does not show it. */
  readonly role: { readonly admin: boolean; readonly push: boolean } | undefined;
  /** Scopes of a classic token; none for another kind, whose rights GitHub shows nowhere. */
  readonly scopes: readonly string[] | undefined;
}

/** @throws GitHubError, as any read. */
export async function readRepository(github: GitHub, place: Repository): Promise<SeenRepository> {
  const { data, headers } = await github.rest.repos.get({ owner: place.owner, repo: place.repository });
  const { permissions } = data;
  return {
    isPrivate: data.private,
    isOfOrganization: data.owner.type === "Organization",
    role: permissions && { admin: permissions.admin, push: permissions.push },
    scopes: scopesIn(headers["x-oauth-scopes"]),
  };
}

/** The scopes in the header of an answer, or of a refusal. */
export function scopesOf(error: GitHubError): readonly string[] | undefined {
  const { response } = (error.cause ?? {}) as {
    readonly response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
  };
  return scopesIn(response?.headers?.["x-oauth-scopes"]);
}

function scopesIn(header: unknown): readonly string[] | undefined {
  if (typeof header !== "string") return undefined;
  return header
    .split(",")
    .map((scope) => scope.trim())
    .filter(Boolean);
}

/** The plan of an organization (`enterprise`, `team`, `free`); none where the token may not see it. */
export async function organizationPlan(github: GitHub, organization: string): Promise<string | undefined> {
  try {
    const { data } = await github.rest.orgs.get({ org: organization });
    return data.plan?.name;
  } catch (error) {
    if (error instanceof GitHubError && [403, 404].includes(error.status ?? 0)) return undefined;
    throw error;
  }
}
