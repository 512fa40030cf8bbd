import { serveProvider } from "../kit/serve-provider.ts";
import { actionsSecret } from "./actions-secret.ts";

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
  types: { "github:index/actionsSecret:ActionsSecret": actionsSecret },
});
