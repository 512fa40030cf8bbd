import type { IncomingMessage } from "node:http";
import { isOwnDomain } from "./live.ts";
import type { Alias, Deployment, Project } from "./state.ts";

const bypassName = "x-vercel-protection-bypass";

/**
 * Whether the vendor would ask for a login here. `alias` is the name that the request came by, absent for the
 * deployment's own address. Standard protection leaves production open at the project's own domains, also one under
 * `.vercel.app` (fol2/newsroom-grok#57), and asks for a login at each other alias (vercel/vercel#16624).
 */
export function isProtected(project: Project, deployment: Deployment, alias: Alias | undefined): boolean {
  const isProduction = deployment.target === "production";
  switch (project.ssoProtection?.deploymentType) {
    case undefined:
      return false;
    case "all":
      return true;
    case "preview":
      return !isProduction;
    case "prod_deployment_urls_and_all_previews":
      return !isProduction || alias === undefined;
    case "all_except_custom_domains":
      return !isProduction || alias === undefined || !isOwnDomain(project, alias.alias);
  }
}

/** Whether the request carries one of the project's bypass secrets, as a header or in the query. */
export function hasBypass(project: Project, request: IncomingMessage): boolean {
  const inQuery = new URLSearchParams((request.url ?? "").replace(/^[^?]*\??/s, "")).get(bypassName);
  const given = [request.headers[bypassName], inQuery];
  return given.some(
    (secret) => typeof secret === "string" && Object.hasOwn(project.protectionBypass, secret),
  );
}

export const loginPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Authentication Required</title></head>
<body>
<h1>Authentication Required</h1>
<p>This deployment is protected. Send the project's bypass secret in the header ${bypassName}.</p>
</body>
</html>
`;
