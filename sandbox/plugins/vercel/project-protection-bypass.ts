import type { Operation, ResourceType } from "../kit/resource-type.ts";
import { orAbsent } from "../kit/rest-client.ts";
import type { Properties } from "../kit/values.ts";
import { openVercel, textOf, type Vercel } from "./client.ts";

/** One entry of a project's `protectionBypass`, which is keyed by the secret. */
interface Bypass {
  readonly createdAt: number;
  readonly createdBy: string;
  readonly scope: string;
  readonly isEnvVar?: boolean;
  readonly note?: string;
}
type Bypasses = Readonly<Record<string, Bypass>>;

/**
 * `vercel:index/projectProtectionBypass:ProjectProtectionBypass` of @pulumiverse/vercel 5.4.1. As there, the id is
 * `project/secret`: an id is never encrypted, so this secret stands in the state as it is.
 */
export const projectProtectionBypass: ResourceType = {
  inputs: {
    projectId: { type: "string", required: true, replaces: true },
    teamId: { type: "string", replaces: true },
    secret: { type: "string", secret: true, replaces: true },
    note: { type: "string" },
    isEnvVar: { type: "boolean" },
  },
  outputs: { secret: true, isEnvVar: false, scope: false, createdAt: false, createdBy: false, teamId: false },
  renewedByUpdate: ["isEnvVar"],
  check: ({ values }) => {
    const secret = textOf(values["secret"]);
    return secret === undefined || /^[a-zA-Z0-9]{32}$/.test(secret)
      ? []
      : [{ property: "secret", reason: "must be 32 letters and digits" }];
  },
  create: async (inputs, operation) => {
    const vercel = openVercel(operation, inputs);
    const before = textOf(inputs["secret"]) === undefined ? await bypassesOf(vercel, inputs) : {};
    const after = await patch(vercel, inputs, {
      generate: given({ secret: inputs["secret"], note: inputs["note"] }),
    });
    const secret = textOf(inputs["secret"]) ?? Object.keys(after).find((each) => !(each in before));
    const bypass = secret === undefined ? undefined : after[secret];
    if (secret === undefined || !bypass) throw new Error("vercel: the answer does not hold the new bypass");
    const id = `${String(inputs["projectId"])}/${secret}`;
    return { id, outputs: outputsOf(vercel, secret, await promoted(vercel, inputs, secret, bypass)) };
  },
  read: async (_id, state, operation, before) => {
    const vercel = openVercel(operation, state);
    const found = await orAbsent(bypassesOf(vercel, state));
    const secret = String(state["secret"]);
    const bypass = found?.[secret];
    if (!bypass) return undefined;
    const inputs = {
      projectId: before["projectId"],
      teamId: before["teamId"],
      secret: before["secret"],
      note: bypass.note || undefined,
      isEnvVar: before["isEnvVar"] === undefined ? undefined : (bypass.isEnvVar ?? false),
    };
    return { inputs, outputs: outputsOf(vercel, secret, bypass) };
  },
  update: async (_id, state, inputs, operation: Operation) => {
    const vercel = openVercel(operation, inputs);
    const secret = String(state["secret"]);
    const after = await patch(vercel, inputs, {
      update: given({ secret, note: inputs["note"] ?? "", isEnvVar: inputs["isEnvVar"] }),
    });
    const bypass = after[secret];
    if (!bypass) throw new Error("vercel: there is no such bypass any more");
    return outputsOf(vercel, secret, bypass);
  },
  delete: async (_id, state, operation) => {
    const vercel = openVercel(operation, state);
    const secret = String(state["secret"]);
    const found = await orAbsent(bypassesOf(vercel, state));
    if (found && secret in found) await patch(vercel, state, { revoke: { secret, regenerate: false } });
  },
};

async function promoted(vercel: Vercel, inputs: Properties, secret: string, bypass: Bypass): Promise<Bypass> {
  if (inputs["isEnvVar"] !== true || bypass.isEnvVar === true) return bypass;
  return (await patch(vercel, inputs, { update: { secret, isEnvVar: true } }))[secret] ?? bypass;
}

async function bypassesOf(vercel: Vercel, { projectId }: Properties): Promise<Bypasses> {
  const found = await vercel.call("GET", `v9/projects/${String(projectId)}`);
  return (found as { protectionBypass?: Bypasses }).protectionBypass ?? {};
}

async function patch(vercel: Vercel, { projectId }: Properties, body: unknown): Promise<Bypasses> {
  const answer = await vercel.call("PATCH", `v1/projects/${String(projectId)}/protection-bypass`, body);
  return (answer as { protectionBypass: Bypasses }).protectionBypass;
}

function outputsOf(vercel: Vercel, secret: string, bypass: Bypass): Properties {
  const { createdAt, createdBy, scope, isEnvVar } = bypass;
  return { secret, isEnvVar: isEnvVar ?? false, scope, createdAt, createdBy, teamId: vercel.team };
}

function given(values: Properties): Properties {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
