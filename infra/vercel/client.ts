import { z } from "zod";
import type { Access } from "../dynamic/cloud-access.ts";
import { watchedFetch } from "../shared/cloud-calls.ts";

/** The calls of Vercel's API that we make, by Vercel's official client. Each throws when the answer is not a success. */
export type VercelClient = Awaited<ReturnType<typeof openVercel>>;

const variable = z.object({
  id: z.string(),
  key: z.string(),
  type: z.string(),
  target: z.union([z.array(z.string()), z.string().transform((one) => [one])]).default([]),
  gitBranch: z.string().nullish(),
  comment: z.string().nullish(),
  updatedAt: z.number().optional(),
});

/** A variable of a project as Vercel shows it: never a sensitive value. */
export type SeenVariable = z.infer<typeof variable>;

const pagination = z.object({ next: z.number().nullish() }).optional();

/** Of each answer what we read, and no more. */
const answers = {
  nothing: z.unknown(),
  alias: z.object({ deploymentId: z.string().nullish() }),
  aliases: z.object({
    aliases: z.array(z.object({ uid: z.string(), alias: z.string(), deploymentId: z.string().nullish() })),
    pagination,
  }),
  deployments: z.object({
    deployments: z.array(
      z.object({
        uid: z.string(),
        url: z.string(),
        target: z.string().nullish(),
        meta: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
    pagination,
  }),
  deployment: z.object({
    readyState: z.string(),
    target: z.string().nullish(),
    errorMessage: z.string().nullish(),
  }),
  // Its other form is that of a request for a container, which has no address of its own.
  created: z.object({ id: z.string(), url: z.string().default("") }),
  project: z.object({
    protectionBypass: z.record(z.string(), z.object({ note: z.string().optional() })).optional(),
  }),
  variables: z.object({ envs: z.array(variable) }),
} as const;

/**
 * Opens the client. Calls that may be repeated are tried again after 429, 5xx and lost connections, for up to half a minute.
 * Only the functions that we call are loaded: the whole client takes seconds.
 */
export async function openVercel(access: Access) {
  const [
    core,
    http,
    fp,
    assign,
    get,
    aliases,
    remove,
    list,
    drop,
    find,
    create,
    upload,
    project,
    bypass,
    variables,
    set,
    unset,
    promote,
    faults,
  ] = await Promise.all([
    import("@vercel/sdk/core.js"),
    import("@vercel/sdk/lib/http.js"),
    import("@vercel/sdk/types/fp.js"),
    import("@vercel/sdk/funcs/aliasesAssignAlias.js"),
    import("@vercel/sdk/funcs/aliasesGetAlias.js"),
    import("@vercel/sdk/funcs/aliasesListAliases.js"),
    import("@vercel/sdk/funcs/aliasesDeleteAlias.js"),
    import("@vercel/sdk/funcs/deploymentsGetDeployments.js"),
    import("@vercel/sdk/funcs/deploymentsDeleteDeployment.js"),
    import("@vercel/sdk/funcs/deploymentsGetDeployment.js"),
    import("@vercel/sdk/funcs/deploymentsCreateDeployment.js"),
    import("@vercel/sdk/funcs/deploymentsUploadFile.js"),
    import("@vercel/sdk/funcs/projectsGetProject.js"),
    import("@vercel/sdk/funcs/projectsUpdateProjectProtectionBypass.js"),
    import("@vercel/sdk/funcs/projectsFilterProjectEnvs.js"),
    import("@vercel/sdk/funcs/projectsCreateProjectEnv.js"),
    import("@vercel/sdk/funcs/projectsRemoveProjectEnv.js"),
    import("@vercel/sdk/funcs/projectsRequestPromote.js"),
    import("@vercel/sdk/models/responsevalidationerror.js"),
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
  /**
   * The client holds an answer against lists of every value that a field could have when the client was made. A new
   * one, in a field that we never look at, must not end a good rollout: then the answer as it came is read.
   */
  const seen = async <Schema extends z.ZodType>(
    call: Parameters<typeof fp.unwrapAsync>[0],
    schema: Schema,
  ): Promise<z.infer<Schema>> => {
    try {
      return schema.parse(await fp.unwrapAsync(call));
    } catch (error) {
      if (!(error instanceof faults.ResponseValidationError)) throw error;
      const raw = schema.safeParse(error.rawValue);
      if (raw.success) return raw.data;
      throw error;
    }
  };
  return {
    assignAlias: (request: Request<typeof assign.aliasesAssignAlias>) =>
      seen(assign.aliasesAssignAlias(client, request), answers.nothing),
    getAlias: (request: Request<typeof get.aliasesGetAlias>) =>
      seen(get.aliasesGetAlias(client, request), answers.alias),
    listAliases: (request: Request<typeof aliases.aliasesListAliases>) =>
      seen(aliases.aliasesListAliases(client, request), answers.aliases),
    deleteAlias: (request: Request<typeof remove.aliasesDeleteAlias>) =>
      seen(remove.aliasesDeleteAlias(client, request), answers.nothing),
    getDeployments: (request: Request<typeof list.deploymentsGetDeployments>) =>
      seen(list.deploymentsGetDeployments(client, request), answers.deployments),
    deleteDeployment: (request: Request<typeof drop.deploymentsDeleteDeployment>) =>
      seen(drop.deploymentsDeleteDeployment(client, request), answers.nothing),
    getDeployment: (request: Request<typeof find.deploymentsGetDeployment>) =>
      seen(find.deploymentsGetDeployment(client, request), answers.deployment),
    // A second one would be another deployment; the caller finds the first by its metadata.
    createDeployment: (request: Request<typeof create.deploymentsCreateDeployment>) =>
      seen(
        create.deploymentsCreateDeployment(client, request, { retries: { strategy: "none" } }),
        answers.created,
      ),
    uploadFile: (request: Request<typeof upload.deploymentsUploadFile>) =>
      seen(upload.deploymentsUploadFile(client, request), answers.nothing),
    getProject: (request: Request<typeof project.projectsGetProject>) =>
      seen(project.projectsGetProject(client, request), answers.project),
    updateProtectionBypass: (request: Request<typeof bypass.projectsUpdateProjectProtectionBypass>) =>
      seen(bypass.projectsUpdateProjectProtectionBypass(client, request), answers.nothing),
    getVariables: (request: Request<typeof variables.projectsFilterProjectEnvs>) =>
      seen(variables.projectsFilterProjectEnvs(client, request), answers.variables),
    setVariable: (request: Request<typeof set.projectsCreateProjectEnv>) =>
      seen(set.projectsCreateProjectEnv(client, request), answers.nothing),
    promote: (request: Request<typeof promote.projectsRequestPromote>) =>
      seen(promote.projectsRequestPromote(client, request), answers.nothing),
    deleteVariable: (request: Request<typeof unset.projectsRemoveProjectEnv>) =>
      seen(unset.projectsRemoveProjectEnv(client, request), answers.nothing),
  };
}
