import type { Account } from "../account/account.ts";
import { ApiError } from "./api-error.ts";

/** The organization that every project of a sandbox is in which names no other. */
export const ownOrganization = "org-sandbox-00000000";

export const isPersonalKey = (account: Account): boolean => account.get("neon.key") === "personal";

/**
 * A personal key belongs to no organization, so calls for projects have to name one; an organization's key need not.
 * Status and text as users saw them: neondatabase/website#5671, neondatabase/mcp-server-neon#352.
 */
export function requireOrganization(account: Account, organization: string | undefined): void {
  if (isPersonalKey(account) && organization === undefined)
    throw new ApiError(400, "org_id is required, you can find it on your organization settings page");
}
