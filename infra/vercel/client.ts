import type { Access } from "../dynamic/cloud-access.ts";
import { watchedFetch } from "../shared/cloud-calls.ts";

/** The calls of Vercel's API that we make, by Vercel's official client. Each throws when the answer is not a success. */
export type VercelClient = Awaited<ReturnType<typeof openVercel>>;

/**
 * Opens the client. Calls that may be repeated are tried again after 429, 5xx and lost connections, for up to half a minute.
 * Only the functions that we call are loaded: the whole client takes seconds.
 */
export async function openVercel(access: Access) {
  const [core, http, fp, assign, get, remove, list, find, create, upload, project, bypass] =
    await Promise.all([
      import("@vercel/sdk/core.js"),
      import("@vercel/sdk/lib/http.js"),
      import("@vercel/sdk/types/fp.js"),
      import("@vercel/sdk/funcs/aliasesAssignAlias.js"),
      import("@vercel/sdk/funcs/aliasesGetAlias.js"),
      import("@vercel/sdk/funcs/aliasesDeleteAlias.js"),
      import("@vercel/sdk/funcs/deploymentsGetDeployments.js"),
      import("@vercel/sdk/funcs/deploymentsGetDeployment.js"),
      import("@vercel/sdk/funcs/deploymentsCreateDeployment.js"),
      import("@vercel/sdk/funcs/deploymentsUploadFile.js"),
      import("@vercel/sdk/funcs/projectsGetProject.js"),
      import("@vercel/sdk/funcs/projectsUpdateProjectProtectionBypass.js"),
    ]);
  const client = new core.VercelCore({
    bearerToken: access.token,
    serverURL: access.baseUrl,
    httpClient: new http.HTTPClient({ fetcher: watchedFetch("vercel") }),
    timeoutMs: 60_000,
    retryConfig: {
      strategy: "backoff",
      backoff: { initialInterval: 250, maxInterval: 5_000, exponent: 2, maxElapsedTime: 30_000 },
      retryConnectionErrors: true,
    },
  });
  type Request<Call extends (client: typeof core.VercelCore.prototype, request: never) => unknown> =
    Parameters<Call>[1];
  return {
    assignAlias: (request: Request<typeof assign.aliasesAssignAlias>) =>
      fp.unwrapAsync(assign.aliasesAssignAlias(client, request)),
    getAlias: (request: Request<typeof get.aliasesGetAlias>) =>
      fp.unwrapAsync(get.aliasesGetAlias(client, request)),
    deleteAlias: (request: Request<typeof remove.aliasesDeleteAlias>) =>
      fp.unwrapAsync(remove.aliasesDeleteAlias(client, request)),
    getDeployments: (request: Request<typeof list.deploymentsGetDeployments>) =>
      fp.unwrapAsync(list.deploymentsGetDeployments(client, request)),
    getDeployment: (request: Request<typeof find.deploymentsGetDeployment>) =>
      fp.unwrapAsync(find.deploymentsGetDeployment(client, request)),
    // A second one would be another deployment; the caller finds the first by its metadata.
    createDeployment: (request: Request<typeof create.deploymentsCreateDeployment>) =>
      fp.unwrapAsync(create.deploymentsCreateDeployment(client, request, { retries: { strategy: "none" } })),
    uploadFile: (request: Request<typeof upload.deploymentsUploadFile>) =>
      fp.unwrapAsync(upload.deploymentsUploadFile(client, request)),
    getProject: (request: Request<typeof project.projectsGetProject>) =>
      fp.unwrapAsync(project.projectsGetProject(client, request)),
    updateProtectionBypass: (request: Request<typeof bypass.projectsUpdateProjectProtectionBypass>) =>
      fp.unwrapAsync(bypass.projectsUpdateProjectProtectionBypass(client, request)),
  };
}
