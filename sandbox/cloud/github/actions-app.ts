import type { components } from "@octokit/openapi-types";
import { answerUser, nodeId, type Addresses } from "./addresses.ts";

/** The number of the app `github-actions` at GitHub. */
export const actionsAppId = 15_368;
const beginning = "2018-07-30T09:30:17Z";

/** GitHub Actions, the app that every check run of a workflow is by (PyGithub, CheckRun.setUp). */
export const actionsApp = ({ api, html }: Addresses): components["schemas"]["nullable-integration"] => ({
  id: actionsAppId,
  slug: "github-actions",
  node_id: nodeId("App", actionsAppId),
  owner: { ...answerUser(api, html, "github", 9_919), type: "Organization" },
  name: "GitHub Actions",
  description: "",
  external_url: "https://help.github.com/en/actions",
  html_url: `${html}/apps/github-actions`,
  created_at: beginning,
  updated_at: beginning,
  permissions: { checks: "write", metadata: "read" },
  events: ["check_run"],
});
