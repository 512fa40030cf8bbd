import type { ResourceType } from "../kit/resource-type.ts";
import { idOf, partsOf, repositoryPath } from "./paths.ts";
import { secretType } from "./secret.ts";

/**
 * `github:index/actionsSecret:ActionsSecret`. Another repository replaces; a renamed one, which the real provider would
 * follow by its id, is left out.
 */
export const actionsSecret: ResourceType = secretType({
  inputs: {
    repository: { type: "string", required: true, replaces: true },
    destroyOnDrift: { type: "boolean" },
  },
  idOf: (of) => idOf(of["repository"], of["secretName"]),
  partsOf: (id) => partsOf(id, "repository", "secretName"),
  path: (github, of) => `${repositoryPath(github, of)}/actions/secrets`,
});
