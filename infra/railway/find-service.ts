import type { Railway } from "./client.ts";
import type { ServicePlace } from "./service.ts";

/** A service as settings name it. */
export interface NamedService {
  /** Id of the project. */
  readonly project: string;
  /** Id of the environment. */
  readonly environment: string;
  readonly name: string;
}

/** Most services of a project that are looked at. */
const most = 500;

/** Where the service of that name is; none where the project has none. */
export async function findService(
  { project, environment, name }: NamedService,
  railway: Railway,
): Promise<ServicePlace | undefined> {
  const { services } = await railway<{
    readonly services: {
      readonly edges: readonly {
        readonly node: { readonly id: string; readonly name: string; readonly deletedAt?: string | null };
      }[];
    };
  }>({
    name: "project",
    document: `query ($id: String!, $first: Int) {
      project(id: $id) { services(first: $first) { edges { node { id name deletedAt } } } }
    }`,
    variables: { id: project, first: most },
    repeatable: true,
  });
  const found = services.edges.find(({ node }) => node.name === name && !node.deletedAt);
  return found && { environment, serviceId: found.node.id };
}
