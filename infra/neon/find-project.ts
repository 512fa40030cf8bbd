import type { ProjectListItem } from "@neon/sdk";
import type { Neon } from "./client.ts";

/** How the settings name a Neon project. */
export interface ProjectName {
  readonly name: string;
  readonly organizationId?: string | undefined;
}

/** The project of that very name; undefined where the account has none. */
export async function findProject(
  neon: Neon,
  { name, organizationId }: ProjectName,
): Promise<ProjectListItem | undefined> {
  const found = await inOrganization(organizationId, (organization) =>
    neon.projects.list({ search: name, ...organization }).all(),
  );
  return found.find((each) => each.name === name);
}

/**
 * Makes a call that Neon answers for one organization. An organization's API key shows itself which one; with a personal
 * key the call has to.
 *
 * @throws Error that names the setting where Neon requires it.
 */
export async function inOrganization<T>(
  organizationId: string | undefined,
  call: (organization: { readonly org_id?: string }) => Promise<T>,
): Promise<T> {
  try {
    return await call(organizationId ? { org_id: organizationId } : {});
  } catch (error) {
    const { status, message = "" } = error as { readonly status?: number; readonly message?: string };
    if (status !== 400 || !/\borg_id\b/.test(message)) throw error;
    throw new Error(
      `Neon requires an organization: ${message}. NEON_API_KEY is a personal key, which belongs to none. ` +
        "Set the one that has the project, or use an API key that was made in the organization's settings " +
        "(docs/secrets.md): pulumi config set --path rollout:neon.organizationId org-…",
      { cause: error },
    );
  }
}
