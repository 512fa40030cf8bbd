import { openNeon } from "@rollout/infra/neon/client";
import { application as ownApplication } from "../../rollout.config.ts";
import { defaultBranch } from "@rollout/infra/neon/branch-names";
import { findProject } from "@rollout/infra/neon/find-project";
import { listed } from "@rollout/infra/rollout/ownership/found-thing";
import type { AdoptedPath, AdoptedResource } from "../../stacks/adopted-resource.ts";
import { madeByStaging } from "../../stacks/environments.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import type { AdoptionChange } from "./differences.ts";

const component = { type: "rollout:neon:EnvironmentDatabase", name: "database" };

export interface NeonAdoption {
  readonly resources: readonly AdoptedResource[];
  /** What the next rollout changes of what exists and gets no resource. */
  readonly changes: readonly AdoptionChange[];
}

/** The resources of the project and the branch, as far as these exist. */
export async function neonAdoption({ kind, settings, access }: OpenEnvironment): Promise<NeonAdoption> {
  const neon = await openNeon(access.neon);
  const wanted = settings.neon;
  const { organizationId } = wanted;
  const project = await findProject(neon, { name: wanted.project, organizationId });
  if (!project) return { resources: [], changes: [] };
  const projectId = project.id;
  const resource = (part: string, path: AdoptedPath, id: string, inputs: object): AdoptedResource => ({
    ...{ kind: "module", path, name: `database-${part}`, component, id },
    inputs: { ...inputs },
  });
  const organization = organizationId === undefined ? {} : { organizationId };
  const found: AdoptedResource[] = [
    kind.makesShared
      ? resource("project", "neon/project", projectId, {
          ...{ name: wanted.project, region: wanted.region, postgresVersion: wanted.postgresVersion },
          ...{ historyRetentionSeconds: wanted.historyRetentionHours * 3600, defaultBranch },
          ...organization,
        })
      : resource("project", "neon/existing-project", projectId, {
          ...{ name: wanted.project, madeBy: madeByStaging },
          ...organization,
        }),
  ];
  const branches = await neon.branches.list({ projectId }).all();
  const branch = branches.find(({ name }) => name === wanted.branch);
  if (!branch) return { resources: found, changes: [] };
  const place = { projectId, branchId: branch.id };
  found.push(
    resource("branch", "neon/branch", branch.id, {
      projectId,
      parentId: branches.find((each) => each.default)?.id ?? branch.id,
      name: wanted.branch,
      isProtected: wanted.isProtected,
    }),
  );
  const [endpoints, roles, databases] = await Promise.all([
    neon.postgres.endpoints.listByBranch(place),
    neon.postgres.roles.list(place),
    neon.postgres.databases.list(place),
  ]);
  const endpoint = endpoints.find(({ type }) => type === "read_write");
  const database = databases.find(({ name }) => name === wanted.database);
  const hasRole = (name: string): boolean => roles.some((role) => role.name === name);
  const hasOwner = hasRole(wanted.role);
  if (endpoint)
    found.push(resource("endpoint", "neon/endpoint", endpoint.id, { ...place, ...wanted.compute }));
  if (hasOwner)
    found.push(
      resource("role", "neon/role", `${branch.id}/${wanted.role}`, {
        ...{ ...place, name: wanted.role, passwordVersion: wanted.passwordVersion },
      }),
    );
  if (hasOwner && database)
    found.push(
      resource("database", "neon/database", `${branch.id}/${wanted.database}`, {
        ...{ ...place, name: wanted.database, owner: wanted.role },
      }),
    );
  if (hasOwner && database && endpoint)
    found.push(
      resource("connection", "neon/connection", `${branch.id}/${wanted.role}@${wanted.database}`, {
        ...{ ...place, endpointId: endpoint.id, database: wanted.database, role: wanted.role },
      }),
    );
  const application = wanted.applicationRole ?? `${wanted.role}_app`;
  if (!hasRole(application)) return { resources: found, changes: [] };
  // Its resource has the address, which Neon reports of these three.
  const missing = [
    ...(hasOwner ? [] : [`the role ${wanted.role}`]),
    ...(database ? [] : [`the database ${wanted.database}`]),
    ...(endpoint ? [] : ["a read-write compute"]),
  ];
  if (!database || !endpoint || missing.length > 0)
    return {
      resources: found,
      changes: [
        {
          resource: "database-application-role",
          what: `${application} gets a new password, since the branch lacks ${listed(missing)}`,
        },
      ],
    };
  found.push(
    resource("application-role", "neon/application-role", `${branch.id}/${application}`, {
      ...{ ...place, endpointId: endpoint.id, database: wanted.database, databaseId: database.id },
      ...{ owner: wanted.role, name: application, schemas: ownApplication.database.schemas },
      passwordVersion: wanted.applicationPasswordVersion,
    }),
  );
  return { resources: found, changes: [] };
}
