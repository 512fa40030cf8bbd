import type { Access } from "../../shared/cloud-access.ts";
import { openNeon } from "../../neon/client.ts";
import { findProject } from "../../neon/find-project.ts";
import type { FoundThing } from "./found-thing.ts";
import { listed } from "./found-thing.ts";
import type { StackNames } from "./stack-names.ts";
import { things } from "./stack-names.ts";

/** Neon makes a project with a default branch, which has this role and a database of it. */
const roleOfNewProject = "neondb_owner";

/** The stack's project, branch, roles and database, as far as they exist. */
export async function neonThings(names: StackNames, access: Access): Promise<readonly FoundThing[]> {
  const neon = await openNeon(access);
  const wanted = names.neon;
  const { organizationId } = wanted;
  const project = await findProject(neon, { name: wanted.project, organizationId });
  if (!project) return [];
  const projectId = project.id;
  const ofProject: FoundThing = {
    ...things.neonProject(names),
    state: `${projectId} in ${project.region_id}`,
    harm: "its history would be kept as long as the settings keep it",
  };
  const branches = await neon.branches.list({ projectId, search: wanted.branch }).all();
  const branch = branches.find(({ name }) => name === wanted.branch);
  if (!branch) return names.makesShared ? [ofProject] : [];
  const place = { projectId, branchId: branch.id };
  const [roles, databases] = await Promise.all([
    neon.postgres.roles.list(place),
    neon.postgres.databases.list(place),
  ]);
  // Neon protects its own roles.
  const ownRoles = roles.filter((role) => !role.protected).map(({ name }) => name);
  const database = databases.find(({ name }) => name === wanted.database);
  const owner = wanted.roles[0] ?? "";
  const isUnused = branch.default && ownRoles.every((name) => name === roleOfNewProject);
  const withProject = isUnused ? { partOf: things.neonProject(names) } : {};
  return [
    ...(names.makesShared ? [ofProject] : []),
    {
      ...things.neonBranch(names),
      state: ownRoles.length === 0 ? branch.id : `${branch.id} with the roles ${listed(ownRoles)}`,
      ...(ownRoles.length === 0
        ? {}
        : { harm: `each of its roles would get a new password: ${ownRoles.join(", ")}` }),
      ...withProject,
    },
    ...wanted.roles
      .filter((role) => ownRoles.includes(role))
      .map((role) => ({
        ...things.neonRole(names, role),
        state: "can log in",
        harm: "it would get a new password",
      })),
    ...(database === undefined
      ? []
      : [
          {
            ...things.neonDatabase(names),
            state: `owned by ${database.owner_name}`,
            harm:
              database.owner_name === owner
                ? "the migrations would run on it"
                : `it would get the owner ${owner}, and the migrations would run on it`,
            ...(database.owner_name === owner ? {} : withProject),
          },
        ]),
  ];
}
