import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { openNeon } from "../client.ts";
import { findProject, inOrganization } from "../find-project.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";

export interface ProjectInputs {
  readonly name: string;
  readonly region: string;
  readonly postgresVersion: number;
  readonly organizationId?: string;
  readonly historyRetentionSeconds: number;
  /** Name of the default branch. */
  readonly defaultBranch: string;
}

export interface ProjectOutputs extends ProjectInputs {
  readonly projectId: string;
  readonly defaultBranchId: string;
}

/**
 * The one Neon project of all environments. A project of that name is taken over, so a create whose answer was lost
 * makes no second one.
 */
export const provider: ProviderModule<ProjectInputs, ProjectOutputs> = {
  replaceOn: ["region", "postgresVersion", "organizationId", "defaultBranch"],

  async create(news, { access }) {
    const neon = await openNeon(access.neon);
    const found = await findProject(neon, news);
    const project =
      found ??
      (await inOrganization(news.organizationId, (organization) =>
        neon.projects.create({
          name: news.name,
          region_id: news.region,
          pg_version: news.postgresVersion,
          history_retention_seconds: news.historyRetentionSeconds,
          branch: { name: news.defaultBranch },
          ...organization,
        }),
      ));
    refuseOther(project, news);
    const branch = await neon.branches.getDefault({ projectId: project.id });
    return { id: project.id, outputs: { ...news, projectId: project.id, defaultBranchId: branch.id } };
  },

  async read(id, olds, { access }) {
    const neon = await openNeon(access.neon);
    const project = await ignoreNotFound(neon.projects.get({ projectId: id }));
    if (!project) return undefined;
    const seen = { name: project.name, historyRetentionSeconds: project.history_retention_seconds };
    return { outputs: { ...olds, ...seen }, inputs: { ...inputsOf(olds), ...seen } };
  },

  async adopt(id, inputs, { access }) {
    const neon = await openNeon(access.neon);
    const project = await neon.projects.get({ projectId: id });
    refuseOther(project, inputs);
    const branch = await neon.branches.getDefault({ projectId: id });
    return { ...inputs, projectId: id, defaultBranchId: branch.id };
  },

  async update(id, _olds, news, { access }) {
    const neon = await openNeon(access.neon);
    await neon.projects.update({
      projectId: id,
      name: news.name,
      history_retention_seconds: news.historyRetentionSeconds,
    });
    const branch = await neon.branches.getDefault({ projectId: id });
    return { ...news, projectId: id, defaultBranchId: branch.id };
  },

  async delete(id, _olds, { access }) {
    const neon = await openNeon(access.neon);
    await ignoreNotFound(neon.projects.delete({ projectId: id }));
  },
};

/** What cannot be changed must be as in the settings. */
function refuseOther(
  project: { readonly region_id: string; readonly pg_version: number },
  { name, region, postgresVersion }: ProjectInputs,
): void {
  if (project.region_id === region && project.pg_version === postgresVersion) return;
  throw new Error(
    `the Neon project ${name} exists in ${project.region_id} with PostgreSQL ${String(project.pg_version)}, ` +
      `and the settings want ${region} with ${String(postgresVersion)}. Neither can be changed: ` +
      "set rollout:neon.region and postgresVersion to what it has, or rollout:neon.project to another name",
  );
}

function inputsOf({
  projectId: _project,
  defaultBranchId: _branch,
  ...inputs
}: ProjectOutputs): ProjectInputs {
  return inputs;
}
