import { serveProvider } from "../kit/serve-provider.ts";
import { actionsEnvironmentSecret, actionsSecret } from "./secret.ts";
import { deploymentPolicy } from "./deployment-policy.ts";
import { repositoryEnvironment } from "./repository-environment.ts";
import { repositoryRuleset } from "./repository-ruleset.ts";
import { actionsEnvironmentVariable, actionsVariable } from "./variable.ts";

serveProvider({
  name: "github",
  version: "6.15.0",
  config: [
    "appAuth",
    "baseUrl",
    "insecure",
    "legacyClient",
    "maxPerPage",
    "maxRetries",
    "organization",
    "owner",
    "parallelRequests",
    "readDelayMs",
    "retryDelayMs",
    "retryableErrors",
    "token",
    "writeDelayMs",
    "cachePath",
  ],
  secretConfig: ["token"],
  types: {
    "github:index/actionsSecret:ActionsSecret": actionsSecret,
    "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": actionsEnvironmentSecret,
    "github:index/actionsVariable:ActionsVariable": actionsVariable,
    "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": actionsEnvironmentVariable,
    "github:index/repositoryEnvironment:RepositoryEnvironment": repositoryEnvironment,
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy":
      deploymentPolicy,
    "github:index/repositoryRuleset:RepositoryRuleset": repositoryRuleset,
  },
});
