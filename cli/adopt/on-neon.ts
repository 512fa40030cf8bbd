import { openNeon } from "@atlaris/infra/neon/client";
import { applicationSchemas } from "@atlaris/infra/neon/application-rights";
import { defaultBranch } from "@atlaris/infra/neon/branch-names";
import { findProject } from "@atlaris/infra/neon/find-project";
import type { AdoptedPath, AdoptedResource } from "../../stacks/adopted-resource.ts";
import { madeByStaging } from "../../stacks/environments.ts";
import type { OpenEnvironment } from "../open-environment.ts";

const component = { type: "atlaris:neon:EnvironmentDatabase", name: "database" };

/** The resources of the project and the branch, as far as these exist: each needs those before it. */
export async function neonResources({
  kind,
  settings,
  access,
}: OpenEnvironment): Promise<readonly AdoptedResource[]> {
  const neon = await openNeon(access.neon);
  const wanted = settings.neon;
  const { organizationId } = wanted;
  const project = await findProject(neon, { name: wanted.project, organizationId });
  if (!project) return [];
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
  if (!branch) return found;
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
  if (!endpoint) return found;
  found.push(resource("endpoint", "neon/endpoint", endpoint.id, { ...place, ...wanted.compute }));
  const hasRole = (name: string): boolean => roles.some((role) => role.name === name);
  if (!hasRole(wanted.role)) return found;
  const owner = { name: wanted.role, passwordVersion: wanted.passwordVersion };
  found.push(resource("role", "neon/role", `${branch.id}/${wanted.role}`, { ...place, ...owner }));
  const database = databases.find(({ name }) => name === wanted.database);
  if (!database) return found;
  found.push(
    resource("database", "neon/database", `${branch.id}/${wanted.database}`, {
      ...{ ...place, name: wanted.database, owner: wanted.role },
    }),
    resource("connection", "neon/connection", `${branch.id}/${wanted.role}@${wanted.database}`, {
      ...{ ...place, endpointId: endpoint.id, database: wanted.database, role: wanted.role },
    }),
  );
  const application = wanted.applicationRole ?? `${wanted.role}_app`;
  if (hasRole(application))
    found.push(
      resource("application-role", "neon/application-role", `${branch.id}/${application}`, {
        ...{ ...place, endpointId: endpoint.id, database: wanted.database, databaseId: database.id },
        ...{ owner: wanted.role, name: application, schemas: applicationSchemas },
        passwordVersion: wanted.applicationPasswordVersion,
      }),
    );
  return found;
}
