/** The organization that every project of a sandbox is in which names no other. */
export const ownOrganization = "org-sandbox-00000000";
