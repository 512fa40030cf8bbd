import type { Access } from "../../shared/cloud-access.ts";
import type { ProviderModule } from "../../dynamic/provider-module.ts";
import type { JsonApi } from "../../shared/json-api.ts";
import { jsonApi } from "../../shared/json-api.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";

export interface ProjectSettingsInputs {
  readonly projectId: string;
  readonly team: string;
  /** For instance `22.x`. */
  readonly nodeVersion: string;
  /** Whether a new production deployment takes the project's domains automatically. */
  readonly autoAssignCustomDomains: boolean;
  /** Whether a push makes a deployment. */
  readonly gitDeployments: boolean;
  /** Who may open a deployment without a key of Vercel's own. */
  readonly deploymentProtection: string;
}

interface SeenProject {
  readonly nodeVersion?: string;
  readonly autoAssignCustomDomains?: boolean;
  readonly gitProviderOptions?: { readonly createDeployments?: string };
  readonly ssoProtection?: { readonly deploymentType: string } | null;
}

/** Our words, which are the Vercel provider's, and the API's; `none` is null there. */
const protections: Readonly<Record<string, string>> = {
  standard_protection_new: "all_except_custom_domains",
  all_deployments: "all",
};

/**
 * How a project behaves. A resource of its own, because a project that is there already is taken over as it is and
 * brought in line then. Plain calls, because Vercel's client leaves `gitProviderOptions` out.
 */
export const provider: ProviderModule<ProjectSettingsInputs, ProjectSettingsInputs> = {
  replaceOn: ["projectId"],

  async create(news, { access }) {
    await bringInLine(news, access.vercel);
    return { id: news.projectId, outputs: news };
  },

  async read(id, olds, { access }) {
    const seen = await ignoreNotFound(
      openApi(access.vercel)<SeenProject>({ method: "GET", path: pathOf(olds) }),
    );
    if (!seen) return undefined;
    const inputs: ProjectSettingsInputs = {
      projectId: id,
      team: olds.team,
      nodeVersion: seen.nodeVersion ?? "",
      autoAssignCustomDomains: seen.autoAssignCustomDomains ?? true,
      gitDeployments: seen.gitProviderOptions?.createDeployments !== "disabled",
      deploymentProtection: protectionIn(seen),
    };
    return { outputs: inputs, inputs };
  },

  async update(_id, _olds, news, { access }) {
    await bringInLine(news, access.vercel);
    return news;
  },

  // They stay with the project, which other environments live in.
};

async function bringInLine(news: ProjectSettingsInputs, access: Access): Promise<void> {
  const type = protections[news.deploymentProtection];
  await openApi(access)({
    method: "PATCH",
    path: pathOf(news),
    body: {
      nodeVersion: news.nodeVersion,
      autoAssignCustomDomains: news.autoAssignCustomDomains,
      gitProviderOptions: { createDeployments: news.gitDeployments ? "enabled" : "disabled" },
      ssoProtection: type === undefined ? null : { deploymentType: type },
    },
  });
}

function protectionIn({ ssoProtection }: SeenProject): string {
  if (!ssoProtection) return "none";
  const known = Object.entries(protections).find(([, type]) => type === ssoProtection.deploymentType);
  return known?.[0] ?? ssoProtection.deploymentType;
}

function openApi(access: Access): JsonApi {
  return jsonApi("vercel", access);
}

function pathOf({ projectId, team }: ProjectSettingsInputs): string {
  return `/v9/projects/${encodeURIComponent(projectId)}?teamId=${encodeURIComponent(team)}`;
}
