import type { PropertyRule, ResourceType } from "../kit/resource-type.ts";
import { orAbsent } from "../kit/rest-client.ts";
import { isMap, sameValue, type Properties } from "../kit/values.ts";
import { openVercel, textOf } from "./client.ts";

/** An input that is a field of the same kind in the API. */
interface Field {
  readonly type: PropertyRule["type"];
  readonly field: string;
  /** Whether POST takes it; others are set by a PATCH after it, as the real provider does. */
  readonly inCreate?: boolean;
  /** What the provider sets where the program sets nothing. */
  readonly default?: boolean;
}

const fields: Readonly<Record<string, Field>> = {
  buildCommand: { type: "string", field: "buildCommand", inCreate: true },
  devCommand: { type: "string", field: "devCommand", inCreate: true },
  framework: { type: "string", field: "framework", inCreate: true },
  ignoreCommand: { type: "string", field: "commandForIgnoringBuildStep", inCreate: true },
  installCommand: { type: "string", field: "installCommand", inCreate: true },
  outputDirectory: { type: "string", field: "outputDirectory", inCreate: true },
  previewDeploymentSuffix: { type: "string", field: "previewDeploymentSuffix", inCreate: true },
  rootDirectory: { type: "string", field: "rootDirectory", inCreate: true },
  enablePreviewFeedback: { type: "boolean", field: "enablePreviewFeedback", inCreate: true },
  enableProductionFeedback: { type: "boolean", field: "enableProductionFeedback", inCreate: true },
  previewDeploymentsDisabled: { type: "boolean", field: "previewDeploymentsDisabled", inCreate: true },
  autoAssignCustomDomains: { type: "boolean", field: "autoAssignCustomDomains", default: true },
  automaticallyExposeSystemEnvironmentVariables: { type: "boolean", field: "autoExposeSystemEnvs" },
  customerSuccessCodeVisibility: { type: "boolean", field: "customerSupportCodeVisibility" },
  directoryListing: { type: "boolean", field: "directoryListing" },
  functionFailover: { type: "boolean", field: "serverlessFunctionZeroConfigFailover" },
  gitForkProtection: { type: "boolean", field: "gitForkProtection", default: true },
  gitLfs: { type: "boolean", field: "gitLFS" },
  nodeVersion: { type: "string", field: "nodeVersion" },
  protectedSourcemaps: { type: "boolean", field: "protectedSourcemaps" },
};

/** The provider's words for who may open a deployment, and the API's; `none` is null there. */
const protections: Readonly<Record<string, string>> = {
  standard_protection_new: "all_except_custom_domains",
  standard_protection: "prod_deployment_urls_and_all_previews",
  all_deployments: "all",
  only_preview_deployments: "preview",
};
const defaultProtection = "standard_protection_new";

/**
 * `vercel:index/project:Project` of @pulumiverse/vercel 5.4.1, as far as `inputs` goes; only another team replaces. What
 * counts as drift where the program sets nothing is as in the real provider: texts, and settings with a default of its
 * own (vercel/terraform-provider-vercel vercel/resource_project.go). A repository that was linked manually, passwords,
 * trusted addresses and the like, which the real one shows, are left out.
 */
export const project: ResourceType = {
  inputs: {
    name: { type: "string", required: true },
    teamId: { type: "string", replaces: true, computed: true },
    vercelAuthentication: { type: "map", computed: true },
    gitProviderOptions: { type: "map", computed: true },
    ...Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        { type: field.type, computed: !isOptional(field) && field.default === undefined },
      ]),
    ),
  },
  outputs: { teamId: false },
  renewedByUpdate: [],
  normalize: (inputs) => {
    const defaults = Object.entries(fields).map(([name, field]) => [name, field.default] as const);
    return { ...Object.fromEntries(defaults), ...inputs };
  },
  check: ({ values }) => {
    const failures = [];
    const type = isMap(values["vercelAuthentication"])
      ? values["vercelAuthentication"]["deploymentType"]
      : "none";
    const known = ["none", ...Object.keys(protections)];
    if (type !== undefined && !known.some((each) => each === type))
      failures.push({
        property: "vercelAuthentication",
        reason: `deploymentType must be one of ${known.join(", ")}`,
      });
    const options = isMap(values["gitProviderOptions"]) ? values["gitProviderOptions"] : {};
    for (const option of Object.keys(options))
      if (option !== "createDeployments")
        failures.push({ property: "gitProviderOptions", reason: `the emulator leaves out ${option}` });
    return failures;
  },
  create: async (inputs, operation) => {
    const vercel = openVercel(operation, inputs);
    const { id } = (await vercel.call("POST", "v11/projects", {
      ...fieldsOf(inputs, ({ inCreate }) => inCreate === true),
      name: inputs["name"],
      ssoProtection: protectionOf(inputs),
    })) as { id: string };
    const later = { ...fieldsOf(inputs, ({ inCreate }) => !inCreate), ...gitOptionsOf(inputs) };
    if (Object.keys(later).length > 0) await vercel.call("PATCH", `v9/projects/${id}`, later);
    return { id, outputs: { teamId: vercel.team } };
  },
  read: async (id, state, operation, before) => {
    // An import may name the team, too.
    const [projectId = id, teamId] = id.split("/").reverse();
    const vercel = openVercel(operation, teamId === undefined ? state : { teamId });
    const found = (await orAbsent(vercel.call("GET", `v9/projects/${projectId}`))) as Properties | undefined;
    if (!found) return undefined;
    const isImport = Object.keys(state).length === 0;
    const inputs: Record<string, unknown> = { name: found["name"], teamId: before["teamId"] ?? teamId };
    for (const [name, field] of Object.entries(fields)) {
      const value = found[field.field] ?? undefined;
      const counts = isOptional(field) || (field.default !== undefined && value !== field.default);
      if (isImport || counts || before[name] !== undefined) inputs[name] = value;
    }
    if (isImport || before["vercelAuthentication"] !== undefined)
      inputs["vercelAuthentication"] = { deploymentType: protectionIn(found) };
    if (isImport || before["gitProviderOptions"] !== undefined)
      inputs["gitProviderOptions"] = gitOptionsIn(found);
    return { id: projectId, inputs, outputs: { teamId: vercel.team } };
  },
  update: async (id, state, inputs, operation) => {
    const vercel = openVercel(operation, inputs);
    const change = {
      ...removedFields(state, inputs),
      ...fieldsOf(inputs, () => true),
      ...gitOptionsOf(inputs),
      ssoProtection: protectionOf(inputs),
    };
    const name = sameValue(state["name"], inputs["name"]) ? {} : { name: inputs["name"] };
    await vercel.call("PATCH", `v9/projects/${id}`, { ...change, ...name });
    return { teamId: vercel.team };
  },
  delete: async (id, state, operation) => {
    await orAbsent(openVercel(operation, state).call("DELETE", `v9/projects/${id}`));
  },
};

function fieldsOf(inputs: Properties, which: (field: Field) => boolean): Properties {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, field]) => which(field))
      .map(([name, field]) => [field.field, inputs[name] ?? field.default] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** Not filled in by Vercel: one that the program leaves out is to be empty. */
function isOptional({ type, inCreate }: Field): boolean {
  return type === "string" && inCreate === true;
}

/** Texts that the program no longer sets; the API takes null for "not set", for texts only. */
function removedFields(state: Properties, inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name, field]) => isOptional(field) && state[name] !== undefined && inputs[name] === undefined)
      .map(([, { field }]) => [field, null]),
  );
}

function protectionOf({ vercelAuthentication }: Properties): unknown {
  const given = isMap(vercelAuthentication) ? textOf(vercelAuthentication["deploymentType"]) : undefined;
  const type = given ?? defaultProtection;
  return type === "none" ? null : { deploymentType: protections[type] };
}

function protectionIn({ ssoProtection }: Properties): string {
  if (!isMap(ssoProtection)) return "none";
  const type = ssoProtection["deploymentType"];
  return Object.entries(protections).find(([, api]) => api === type)?.[0] ?? String(type);
}

function gitOptionsOf({ gitProviderOptions }: Properties): Properties {
  if (!isMap(gitProviderOptions) || gitProviderOptions["createDeployments"] === undefined) return {};
  const createDeployments = gitProviderOptions["createDeployments"] === true ? "enabled" : "disabled";
  return { gitProviderOptions: { createDeployments } };
}

function gitOptionsIn({ gitProviderOptions }: Properties): Properties {
  const options = isMap(gitProviderOptions) ? gitProviderOptions : {};
  return { createDeployments: options["createDeployments"] !== "disabled" };
}
