import { serveProvider } from "../kit/serve-provider.ts";
import { projectEnvironmentVariable } from "./project-environment-variable.ts";
import { project } from "./project.ts";

serveProvider({
  name: "vercel",
  version: "5.4.1",
  config: ["apiToken", "team"],
  secretConfig: ["apiToken"],
  types: {
    "vercel:index/project:Project": project,
    "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": projectEnvironmentVariable,
  },
});
