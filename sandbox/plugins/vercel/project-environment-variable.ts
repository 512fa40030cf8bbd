import type { ResourceType } from "../kit/resource-type.ts";
import { orAbsent } from "../kit/rest-client.ts";
import type { Properties } from "../kit/values.ts";
import { openVercel } from "./client.ts";

/**
 * `vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable` of @pulumiverse/vercel 5.4.1. Another value,
 * target, branch or comment updates; all else replaces. A sensitive value that was changed out of band is not seen, since
 * Vercel never shows it (vercel/terraform-provider-vercel vercel/resource_project_environment_variable.go).
 */
export const projectEnvironmentVariable: ResourceType = {
  inputs: {
    projectId: { type: "string", required: true, replaces: true },
    key: { type: "string", required: true, replaces: true },
    sensitive: { type: "boolean", required: true, replaces: true },
    value: { type: "string", secret: true },
    valueWo: { type: "string", secret: true },
    targets: { type: "strings", computed: true },
    customEnvironmentIds: { type: "strings", replaces: true },
    gitBranch: { type: "string" },
    comment: { type: "string", computed: true },
    teamId: { type: "string", replaces: true, computed: true },
  },
  outputs: { teamId: false },
  normalize: (inputs) => ({
    ...inputs,
    targets: (inputs["targets"] as readonly string[] | undefined)?.toSorted(),
  }),
  renewedByUpdate: [],
  check: ({ values, unknown }) => {
    const failures = [];
    const has = (name: string): boolean => values[name] !== undefined || unknown.has(name);
    if (has("value") === has("valueWo"))
      failures.push({ property: "value", reason: "exactly one of value and valueWo is needed" });
    if (!has("targets") && !has("customEnvironmentIds"))
      failures.push({ property: "targets", reason: "is needed, or customEnvironmentIds" });
    const targets = (values["targets"] ?? []) as readonly string[];
    if (values["sensitive"] === true && targets.includes("development"))
      failures.push({ property: "sensitive", reason: "must be false for the target development" });
    return failures;
  },
  create: async (inputs, operation) => {
    const vercel = openVercel(operation, inputs);
    const answer = await vercel.call("POST", `v10/projects/${String(inputs["projectId"])}/env`, {
      key: inputs["key"],
      ...bodyOf(inputs),
    });
    return { id: (answer as { created: { id: string } }).created.id, outputs: { teamId: vercel.team } };
  },
  read: async (id, state, operation, before) => {
    const isImport = Object.keys(state).length === 0;
    // An import is by `project/variable` or `team/project/variable`.
    const [variable = id, ofProject, teamId] = id.split("/").reverse();
    const projectId = ofProject ?? String(state["projectId"]);
    const vercel = openVercel(operation, teamId === undefined ? state : { teamId });
    const found = (await orAbsent(vercel.call("GET", `v1/projects/${projectId}/env/${variable}`))) as
      Found | undefined;
    if (!found) return undefined;
    const isSensitive = found.type === "sensitive";
    const targets = (before["targets"] ?? []) as readonly string[];
    const sameTargets = [...targets].sort().join() === [...found.target].sort().join();
    const inputs = {
      teamId: before["teamId"] ?? teamId,
      projectId,
      key: found.key,
      sensitive: isSensitive,
      // Vercel never shows a sensitive value again.
      value: isSensitive || (before["value"] === undefined && !isImport) ? before["value"] : found.value,
      valueWo: before["valueWo"],
      targets: sameTargets ? before["targets"] : found.target,
      customEnvironmentIds: before["customEnvironmentIds"],
      gitBranch: found.gitBranch ?? undefined,
      comment: isImport || before["comment"] !== undefined ? found.comment || undefined : undefined,
    };
    return { id: variable, inputs, outputs: { teamId: vercel.team } };
  },
  update: async (id, _state, inputs, operation) => {
    const vercel = openVercel(operation, inputs);
    await vercel.call("PATCH", `v9/projects/${String(inputs["projectId"])}/env/${id}`, bodyOf(inputs));
    return { teamId: vercel.team };
  },
  delete: async (id, state, operation) => {
    const path = `v9/projects/${String(state["projectId"])}/env/${id}`;
    await orAbsent(openVercel(operation, state).call("DELETE", path));
  },
};

interface Found {
  readonly key: string;
  readonly type: string;
  readonly value?: string;
  readonly target: readonly string[];
  readonly gitBranch?: string | null;
  readonly comment?: string | null;
}

function bodyOf(inputs: Properties): Properties {
  const optional = {
    target: inputs["targets"],
    customEnvironmentIds: inputs["customEnvironmentIds"],
    gitBranch: inputs["gitBranch"],
  };
  return {
    value: inputs["value"] ?? inputs["valueWo"],
    type: inputs["sensitive"] === true ? "sensitive" : "encrypted",
    comment: inputs["comment"] ?? "",
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}
