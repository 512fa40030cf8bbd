import { isMap, type Properties } from "../kit/values.ts";

/** One rule of GitHub's API. */
export interface ApiRule {
  readonly type: string;
  readonly parameters?: Properties;
}

const plain = ["creation", "deletion", "requiredLinearHistory", "requiredSignatures", "nonFastForward"];

/** Rules with parameters, each with what a parameter is by default. */
const withParameters: Readonly<Record<string, Properties>> = {
  requiredDeployments: { requiredDeploymentEnvironments: [] },
  requiredStatusChecks: {
    requiredChecks: [],
    strictRequiredStatusChecksPolicy: false,
    doNotEnforceOnCreate: false,
  },
  pullRequest: {
    dismissStaleReviewsOnPush: false,
    requireCodeOwnerReview: false,
    requireLastPushApproval: false,
    requiredApprovingReviewCount: 0,
    requiredReviewThreadResolution: false,
    // GitHub fills it in; only what the program sets is compared.
    allowedMergeMethods: undefined,
  },
  mergeQueue: {
    checkResponseTimeoutMinutes: 60,
    groupingStrategy: "ALLGREEN",
    maxEntriesToBuild: 5,
    maxEntriesToMerge: 5,
    mergeMethod: "MERGE",
    minEntriesToMerge: 1,
    minEntriesToMergeWaitMinutes: 5,
  },
};

/** Every rule that this emulator knows; patterns, code scanning, files and Copilot's reviews are left out. */
export const knownRules = [...plain, "update", "updateAllowsFetchAndMerge", ...Object.keys(withParameters)];

/** What is unknown in `rules`, as a path. */
export function unknownIn(rules: Properties): string[] {
  return Object.entries(rules).flatMap(([name, value]) => {
    if (!knownRules.includes(name)) return [name];
    const parameters = withParameters[name];
    if (!parameters || !isMap(value)) return [];
    return Object.keys(value)
      .filter((each) => !(each in parameters) && !each.startsWith("__"))
      .map((each) => `${name}.${each}`);
  });
}

/** One form for rules that mean the same: rules that are off are absent, parameters complete, checks in order. */
export function normalRules(rules: Properties): Properties {
  const normal: Record<string, unknown> = {};
  for (const name of [...plain, "update", "updateAllowsFetchAndMerge"])
    if (rules[name] === true) normal[name] = true;
  for (const [name, parameters] of Object.entries(withParameters)) {
    const given = rules[name];
    if (!isMap(given)) continue;
    const complete = Object.entries(parameters).map(([key, absent]) => [key, given[key] ?? absent] as const);
    normal[name] = Object.fromEntries(complete);
  }
  const checks = normal["requiredStatusChecks"];
  if (isMap(checks))
    normal["requiredStatusChecks"] = { ...checks, requiredChecks: normalChecks(checks["requiredChecks"]) };
  return normal;
}

function normalChecks(checks: unknown): unknown {
  if (!Array.isArray(checks)) return checks;
  return (checks as Properties[])
    .map((check) => ({ context: String(check["context"]), integrationId: check["integrationId"] ?? 0 }))
    .sort((one, other) => (one.context < other.context ? -1 : 1));
}

export function rulesToApi(given: unknown): ApiRule[] {
  const rules = normalRules(isMap(given) ? given : {});
  return Object.entries(rules).flatMap(([name, value]): ApiRule[] => {
    if (name === "updateAllowsFetchAndMerge") return [];
    if (name === "update") {
      const fetches = rules["updateAllowsFetchAndMerge"] === true;
      return [{ type: "update", parameters: { update_allows_fetch_and_merge: fetches } }];
    }
    if (!isMap(value)) return [{ type: snake(name) }];
    return [{ type: snake(name), parameters: parametersToApi(name, value) }];
  });
}

function parametersToApi(rule: string, parameters: Properties): Properties {
  const api = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [snake(name), value] as const);
  if (rule !== "requiredStatusChecks") return Object.fromEntries(api);
  const { required_checks, ...others } = Object.fromEntries(api);
  const checks = (required_checks as Properties[]).map(({ context, integrationId }) =>
    integrationId === 0 ? { context } : { context, integration_id: integrationId },
  );
  return { ...others, required_status_checks: checks };
}

/** Rules as the program writes them; those that this emulator does not know keep GitHub's name, so that they show. */
export function rulesFromApi(rules: readonly ApiRule[]): Properties {
  const found: Record<string, unknown> = {};
  for (const { type, parameters } of rules) {
    const name = camel(type);
    if (type === "update") {
      found["update"] = true;
      if (parameters?.["update_allows_fetch_and_merge"] === true) found["updateAllowsFetchAndMerge"] = true;
    } else found[name] = parameters ? parametersFromApi(name, parameters) : true;
  }
  return found;
}

function parametersFromApi(rule: string, parameters: Properties): Properties {
  const known = withParameters[rule] ?? {};
  const values = Object.entries(parameters).map(([name, value]) => [camel(name), value] as const);
  if (rule !== "requiredStatusChecks")
    return Object.fromEntries(values.filter(([name]) => name in known || !(rule in withParameters)));
  const { requiredStatusChecks, ...others } = Object.fromEntries(values);
  const checks = (requiredStatusChecks as Properties[]).map(({ context, integration_id }) =>
    integration_id === undefined ? { context } : { context, integrationId: integration_id },
  );
  return { ...others, requiredChecks: checks };
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
