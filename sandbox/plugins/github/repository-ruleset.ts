import type { CheckFailure, ResourceType } from "../kit/resource-type.ts";
import { orAbsent } from "../kit/rest-client.ts";
import { isMap, sameValue, type Properties } from "../kit/values.ts";
import { openGitHub, type GitHub } from "./client.ts";
import { partsOf, repositoryPath } from "./paths.ts";
import { normalRules, rulesFromApi, rulesToApi, unknownIn, type ApiRule } from "./ruleset-rules.ts";

interface Found {
  readonly id: number;
  readonly node_id: string;
  readonly name: string;
  readonly target: string;
  readonly enforcement: string;
  readonly bypass_actors?: readonly {
    readonly actor_id?: number | null;
    readonly actor_type: string;
    readonly bypass_mode: string;
  }[];
  readonly conditions?: {
    readonly ref_name?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  } | null;
  readonly rules?: readonly ApiRule[];
}

/**
 * `github:index/repositoryRuleset:RepositoryRuleset` as @pulumi/github 6.15.0; nothing replaces it. The real one makes a
 * name up where the program gives none; here it is required
 * (integrations/terraform-provider-github github/resource_github_repository_ruleset.go, github/util_rules.go).
 */
export const repositoryRuleset: ResourceType = {
  inputs: {
    repository: { type: "string", required: true },
    name: { type: "string", required: true },
    target: { type: "string", required: true },
    enforcement: { type: "string", required: true },
    bypassActors: { type: "list" },
    conditions: { type: "map" },
    rules: { type: "map", required: true },
  },
  outputs: { nodeId: false, rulesetId: false, etag: false },
  renewedByUpdate: ["etag"],
  normalize: (inputs) => ({
    ...inputs,
    bypassActors: inputs["bypassActors"] === undefined ? undefined : normalActors(inputs["bypassActors"]),
    rules: isMap(inputs["rules"]) ? normalRules(inputs["rules"]) : inputs["rules"],
  }),
  check: ({ values }) => checkRuleset(values),
  create: async (inputs, operation) => {
    const github = await openGitHub(operation);
    const made = (await github.call("POST", rulesetsPath(github, inputs), bodyOf(inputs))) as Found;
    return { id: String(made.id), outputs: outputsOf(made) };
  },
  read: async (id, state, operation, before) => {
    const github = await openGitHub(operation);
    // An import names the repository, too.
    const isImport = state["repository"] === undefined;
    const of = isImport
      ? partsOf(id, "repository", "ruleset")
      : { repository: String(state["repository"]), ruleset: id };
    const path = `${rulesetsPath(github, of)}/${of.ruleset}`;
    const found = (await orAbsent(github.call("GET", path))) as Found | undefined;
    if (!found) return undefined;
    const inputs = { repository: of.repository, ...readInputs(found, before) };
    return { id: of.ruleset, inputs, outputs: outputsOf(found) };
  },
  update: async (id, _state, inputs, operation) => {
    const github = await openGitHub(operation);
    const path = `${rulesetsPath(github, inputs)}/${id}`;
    return outputsOf((await github.call("PUT", path, bodyOf(inputs))) as Found);
  },
  delete: async (id, state, operation) => {
    const github = await openGitHub(operation);
    await github.call("DELETE", `${rulesetsPath(github, state)}/${id}`);
  },
};

const choices: Readonly<Record<string, readonly string[]>> = {
  target: ["branch", "push", "tag"],
  enforcement: ["disabled", "active", "evaluate"],
};

function checkRuleset(values: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [property, known] of Object.entries(choices)) {
    const value = values[property];
    if (typeof value === "string" && !known.includes(value))
      failures.push({ property, reason: `must be one of ${known.join(", ")}` });
  }
  const { conditions, rules, target } = values;
  if (isMap(rules))
    for (const path of unknownIn(rules))
      failures.push({ property: `rules.${path}`, reason: "is unknown, or left out by the emulator" });
  return isMap(conditions) ? [...failures, ...checkConditions(conditions, target)] : failures;
}

function checkConditions({ refName }: Properties, target: unknown): readonly CheckFailure[] {
  if (isMap(refName))
    return ["includes", "excludes"]
      .filter((name) => !Array.isArray(refName[name]))
      .map((name) => ({ property: `conditions.refName.${name}`, reason: "is required" }));
  return target === "branch" || target === "tag"
    ? [{ property: "conditions.refName", reason: `is required for the target ${target}` }]
    : [];
}

function normalActors(actors: unknown): unknown {
  if (!Array.isArray(actors) || actors.length === 0) return undefined;
  return (actors as Properties[])
    .map(({ actorId, actorType, bypassMode }) => ({ actorId: actorId ?? 0, actorType, bypassMode }))
    .sort((one, other) => Number(other.actorId) - Number(one.actorId));
}

function bodyOf(inputs: Properties): Properties {
  const refName = isMap(inputs["conditions"]) ? inputs["conditions"]["refName"] : undefined;
  const actors = (inputs["bypassActors"] ?? []) as readonly Properties[];
  return {
    name: inputs["name"],
    target: inputs["target"],
    enforcement: inputs["enforcement"],
    bypass_actors: actors.map(({ actorId, actorType, bypassMode }) => ({
      ...(actorId ? { actor_id: actorId } : {}),
      actor_type: actorType,
      bypass_mode: bypassMode,
    })),
    ...(isMap(refName)
      ? { conditions: { ref_name: { include: refName["includes"], exclude: refName["excludes"] } } }
      : {}),
    rules: rulesToApi(inputs["rules"]),
  };
}

/** What GitHub has; where it means the same as the program's value, in the program's own form. */
function readInputs(found: Found, before: Properties): Properties {
  const refName = found.conditions?.ref_name;
  const actors = (found.bypass_actors ?? []).map((each) => ({
    ...(each.actor_id ? { actorId: each.actor_id } : {}),
    actorType: each.actor_type,
    bypassMode: each.bypass_mode,
  }));
  const isSameActors = sameValue(normalActors(actors), normalActors(before["bypassActors"]));
  return {
    name: found.name,
    target: found.target,
    enforcement: found.enforcement,
    bypassActors: isSameActors ? before["bypassActors"] : actors,
    conditions: refName
      ? { refName: { includes: refName.include ?? [], excludes: refName.exclude ?? [] } }
      : undefined,
    rules: readRules(rulesFromApi(found.rules ?? []), before["rules"]),
  };
}

function readRules(found: Properties, before: unknown): Properties {
  const pullRequest = isMap(before) ? before["pullRequest"] : undefined;
  const asked = isMap(pullRequest) && pullRequest["allowedMergeMethods"] !== undefined;
  const { allowedMergeMethods: _filledIn, ...kept } = isMap(found["pullRequest"]) ? found["pullRequest"] : {};
  const rules = isMap(found["pullRequest"]) && !asked ? { ...found, pullRequest: kept } : found;
  return isMap(before) && sameValue(comparable(rules), comparable(before)) ? before : rules;
}

/** Rules that this emulator does not know count as well. */
function comparable(rules: Properties): Properties {
  const unknown = Object.fromEntries(unknownIn(rules).map((path) => [path, rules[path]]));
  return { ...unknown, ...normalRules(rules) };
}

function rulesetsPath(github: GitHub, of: Properties): string {
  return `${repositoryPath(github, of)}/rulesets`;
}

function outputsOf(found: Found): Properties {
  return { nodeId: found.node_id, rulesetId: found.id, etag: "" };
}
