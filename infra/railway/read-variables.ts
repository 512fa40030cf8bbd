import type { Railway } from "./client.ts";
import { ignoreNotFound } from "./client.ts";
import type { ServicePlace } from "./service.ts";

/** The service's variables, without Railway's own; undefined where the service is gone. */
export async function readVariables(
  { project, environment, serviceId }: ServicePlace & { readonly project: string },
  railway: Railway,
): Promise<Readonly<Record<string, string>> | undefined> {
  const all = await ignoreNotFound(
    railway<Readonly<Record<string, string>>>({
      name: "variables",
      document: `query ($projectId: String!, $environmentId: String!, $serviceId: String) {
        variables(projectId: $projectId, environmentId: $environmentId, serviceId: $serviceId)
      }`,
      variables: { projectId: project, environmentId: environment, serviceId },
      repeatable: true,
    }),
  );
  // Railway's own are among them (docs.railway.com/variables/reference).
  return all && Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith("RAILWAY_")));
}
