import type { ResourceType } from "../kit/resource-type.ts";
import { idOf, partsOf } from "./paths.ts";
import { secretType } from "./secret.ts";

/** `github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret`; its paths name the repository by its number. */
export const actionsEnvironmentSecret: ResourceType = secretType({
  inputs: {
    repository: { type: "string", required: true, replaces: true },
    environment: { type: "string", required: true, replaces: true },
  },
  idOf: (of) => idOf(of["repository"], of["environment"], of["secretName"]),
  partsOf: (id) => partsOf(id, "repository", "environment", "secretName"),
  path: (_github, of) =>
    `repositories/${String(of["repositoryId"])}/environments/${encodeURIComponent(String(of["environment"]))}/secrets`,
});
