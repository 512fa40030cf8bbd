import type { PropertyRule, ResourceType } from "../kit/resource-type.ts";
import { orAbsent } from "../kit/rest-client.ts";
import type { Properties } from "../kit/values.ts";
import { openGitHub, type GitHub } from "./client.ts";
import { environmentPath, idOf, partsOf, repositoryIdOf, repositoryPath, timeText } from "./paths.ts";
import { checkName } from "./secret.ts";

interface Variable {
  readonly value: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/**
 * A kind of Actions variable as in @pulumi/github 6.15.0: another value updates, all else replaces
 * (integrations/terraform-provider-github github/resource_github_actions_variable.go, …_environment_variable.go).
 */
function variableType(
  names: readonly string[],
  pathOf: (github: GitHub, of: Properties) => string,
): ResourceType {
  const named: PropertyRule = { type: "string", required: true, replaces: true };
  const parts = [...names, "variableName"];
  const dated = async (github: GitHub, of: Properties): Promise<Variable> =>
    (await github.call("GET", variablePath(github, of))) as Variable;
  const variablePath = (github: GitHub, of: Properties): string =>
    `${pathOf(github, of)}/${encodeURIComponent(String(of["variableName"]))}`;
  return {
    inputs: {
      ...Object.fromEntries(parts.map((name) => [name, named])),
      value: { type: "string", required: true },
    },
    outputs: { repositoryId: false, createdAt: false, updatedAt: false },
    renewedByUpdate: ["createdAt", "updatedAt"],
    check: ({ values }) => checkName(values, "variableName"),
    create: async (inputs, operation) => {
      const github = await openGitHub(operation);
      await github.call("POST", pathOf(github, inputs), {
        name: inputs["variableName"],
        value: inputs["value"],
      });
      const repositoryId = await repositoryIdOf(github, inputs);
      return {
        id: idOf(...parts.map((name) => inputs[name])),
        outputs: { repositoryId, ...datesOf(await dated(github, inputs)) },
      };
    },
    read: async (id, state, operation) => {
      const github = await openGitHub(operation);
      const of = partsOf(id, ...parts);
      const found = await orAbsent(dated(github, of));
      if (!found) return undefined;
      const repositoryId = state["repositoryId"] ?? (await repositoryIdOf(github, of));
      return { inputs: { ...of, value: found.value }, outputs: { repositoryId, ...datesOf(found) } };
    },
    update: async (_id, state, inputs, operation) => {
      const github = await openGitHub(operation);
      await github.call("PATCH", variablePath(github, inputs), {
        name: inputs["variableName"],
        value: inputs["value"],
      });
      return { repositoryId: state["repositoryId"], ...datesOf(await dated(github, inputs)) };
    },
    delete: async (_id, state, operation) => {
      const github = await openGitHub(operation);
      await github.call("DELETE", variablePath(github, state));
    },
  };
}

function datesOf(found: Variable) {
  return { createdAt: timeText(found.created_at), updatedAt: timeText(found.updated_at) };
}

/** `github:index/actionsVariable:ActionsVariable`. */
export const actionsVariable = variableType(
  ["repository"],
  (github, of) => `${repositoryPath(github, of)}/actions/variables`,
);

/** `github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable`. */
export const actionsEnvironmentVariable = variableType(
  ["repository", "environment"],
  (github, of) => `${environmentPath(github, of)}/variables`,
);
