import { z } from "zod";
import type { Access } from "../shared/cloud-access.ts";
import { cloudFetch } from "../shared/cloud-fetch.ts";
import { jsonApi } from "../shared/json-api.ts";

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

/** A deployment of files that were uploaded, as a plain call takes it: Vercel's client leaves `env` out (vercel/sdk#176). */
export interface NewDeployment {
  readonly teamId: string;
  readonly name: string;
  readonly project: string;
  /** Absent for a preview. */
  readonly target?: "production";
  readonly files: readonly {
    readonly file: string;
    readonly sha: string;
    readonly size: number;
    readonly mode?: number;
  }[];
  readonly meta: Readonly<Record<string, string>>;
  /** Variables of this deployment alone; they override those of the project. */
  readonly env?: Readonly<Record<string, string>>;
}

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
  withMeta: z.object({
    readyState: z.string(),
    target: z.string().nullish(),
    url: z.string(),
    meta: z.record(z.string(), z.unknown()).nullish(),
  }),
  // Its other form is that of a request for a container, which has no address of its own.
  created: z.object({ id: z.string(), url: z.string().default("") }),
  project: z.object({
    protectionBypass: z
      .record(z.string(), z.object({ note: z.string().optional(), isEnvVar: z.boolean().optional() }))
      .optional(),
    targets: z.object({ production: z.object({ id: z.string() }).nullish() }).nullish(),
    // pending, in-progress, succeeded, failed or skipped (vercel/vercel, packages/cli/src/commands/promote/status.ts)
    lastAliasRequest: z
      .object({
        type: z.string(),
        jobStatus: z.string(),
        requestedAt: z.number(),
        toDeploymentId: z.string(),
      })
      .nullish(),
  }),
  domain: z.object({
    verified: z.boolean().optional(),
    verification: z.array(z.object({ type: z.string(), domain: z.string(), value: z.string() })).nullish(),
  }),
  variables: z.object({ envs: z.array(variable) }),
  // A list where several were sent.
  newVariable: z.object({
    created: z.union([
      variable,
      z
        .array(variable)
        .min(1)
        .transform(([one]) => one),
    ]),
  }),
} as const;

/**
 * Opens the client. What can be sent again is (`retryTable`).
 * Each function is loaded when it is first called: the complete client takes seconds, and all that we call half of one.
 */
export async function openVercel(access: Access) {
  const [{ VercelCore }, { HTTPClient }, { unwrapAsync }, { ResponseValidationError }] = await Promise.all([
    import("@vercel/sdk/core.js"),
    import("@vercel/sdk/lib/http.js"),
    import("@vercel/sdk/types/fp.js"),
    import("@vercel/sdk/models/responsevalidationerror.js"),
  ]);
  const client = new VercelCore({
    bearerToken: access.token,
    serverURL: access.baseUrl,
    httpClient: new HTTPClient({ fetcher: cloudFetch("vercel") }),
    // Each try has its own limit; this is one for all of them.
    timeoutMs: 120_000,
    retryConfig: { strategy: "none" },
  });
  const plain = jsonApi("vercel", access);
  /**
   * The client holds an answer against lists of every value that a field could have when the client was made. A new
   * one, in a field that we never look at, must not end a good rollout: then the answer as it came is read.
   */
  const seen = async <Schema extends z.ZodType>(
    call: Parameters<typeof unwrapAsync>[0],
    schema: Schema,
  ): Promise<z.infer<Schema>> => {
    try {
      return schema.parse(await unwrapAsync(call));
    } catch (error) {
      if (!(error instanceof ResponseValidationError)) throw error;
      const raw = schema.safeParse(error.rawValue);
      if (raw.success) return raw.data;
      throw error;
    }
  };
  const lazily =
    <Module, Request, Schema extends z.ZodType>(
      load: () => Promise<Module>,
      pick: (
        module: Module,
      ) => (client: typeof VercelCore.prototype, request: Request) => Parameters<typeof unwrapAsync>[0],
      schema: Schema,
    ) =>
    async (request: Request): Promise<z.infer<Schema>> =>
      seen(pick(await load())(client, request), schema);
  return {
    assignAlias: lazily(
      () => import("@vercel/sdk/funcs/aliasesAssignAlias.js"),
      (module) => module.aliasesAssignAlias,
      answers.nothing,
    ),
    getAlias: lazily(
      () => import("@vercel/sdk/funcs/aliasesGetAlias.js"),
      (module) => module.aliasesGetAlias,
      answers.alias,
    ),
    listAliases: lazily(
      () => import("@vercel/sdk/funcs/aliasesListAliases.js"),
      (module) => module.aliasesListAliases,
      answers.aliases,
    ),
    deleteAlias: lazily(
      () => import("@vercel/sdk/funcs/aliasesDeleteAlias.js"),
      (module) => module.aliasesDeleteAlias,
      answers.nothing,
    ),
    getDeployments: lazily(
      () => import("@vercel/sdk/funcs/deploymentsGetDeployments.js"),
      (module) => module.deploymentsGetDeployments,
      answers.deployments,
    ),
    deleteDeployment: lazily(
      () => import("@vercel/sdk/funcs/deploymentsDeleteDeployment.js"),
      (module) => module.deploymentsDeleteDeployment,
      answers.nothing,
    ),
    getDeployment: lazily(
      () => import("@vercel/sdk/funcs/deploymentsGetDeployment.js"),
      (module) => module.deploymentsGetDeployment,
      answers.deployment,
    ),
    /** Plain: Vercel's client reads an answer that it does not know completely in its short form, without metadata. */
    getDeploymentWithMeta: async ({ id, teamId }: { readonly id: string; readonly teamId: string }) =>
      answers.withMeta.parse(
        await plain<unknown>({
          method: "GET",
          path: `/v13/deployments/${encodeURIComponent(id)}?${String(new URLSearchParams({ teamId }))}`,
        }),
      ),
    listDeploymentFiles: lazily(
      () => import("@vercel/sdk/funcs/deploymentsListDeploymentFiles.js"),
      (module) => module.deploymentsListDeploymentFiles,
      answers.nothing,
    ),
    /** Not repeated: a second one would be another deployment. The first stays unused. */
    createDeployment: async ({ teamId, ...body }: NewDeployment) =>
      answers.created.parse(
        await plain<unknown>({
          method: "POST",
          path: `/v13/deployments?${String(new URLSearchParams({ teamId, skipAutoDetectionConfirmation: "1" }))}`,
          body: { ...body, projectSettings: { framework: null } },
          limitMilliseconds: 60_000,
        }),
      ),
    uploadFile: lazily(
      () => import("@vercel/sdk/funcs/deploymentsUploadFile.js"),
      (module) => module.deploymentsUploadFile,
      answers.nothing,
    ),
    getProject: lazily(
      () => import("@vercel/sdk/funcs/projectsGetProject.js"),
      (module) => module.projectsGetProject,
      answers.project,
    ),
    getProjectDomain: lazily(
      () => import("@vercel/sdk/funcs/projectsGetProjectDomain.js"),
      (module) => module.projectsGetProjectDomain,
      answers.domain,
    ),
    addProjectDomain: lazily(
      () => import("@vercel/sdk/funcs/projectsAddProjectDomain.js"),
      (module) => module.projectsAddProjectDomain,
      answers.domain,
    ),
    verifyProjectDomain: lazily(
      () => import("@vercel/sdk/funcs/projectsVerifyProjectDomain.js"),
      (module) => module.projectsVerifyProjectDomain,
      answers.nothing,
    ),
    removeProjectDomain: lazily(
      () => import("@vercel/sdk/funcs/projectsRemoveProjectDomain.js"),
      (module) => module.projectsRemoveProjectDomain,
      answers.nothing,
    ),
    updateProtectionBypass: lazily(
      () => import("@vercel/sdk/funcs/projectsUpdateProjectProtectionBypass.js"),
      (module) => module.projectsUpdateProjectProtectionBypass,
      answers.nothing,
    ),
    getVariables: lazily(
      () => import("@vercel/sdk/funcs/projectsFilterProjectEnvs.js"),
      (module) => module.projectsFilterProjectEnvs,
      answers.variables,
    ),
    setVariable: lazily(
      () => import("@vercel/sdk/funcs/projectsCreateProjectEnv.js"),
      (module) => module.projectsCreateProjectEnv,
      answers.newVariable,
    ),
    promote: lazily(
      () => import("@vercel/sdk/funcs/projectsRequestPromote.js"),
      (module) => module.projectsRequestPromote,
      answers.nothing,
    ),
    deleteVariable: lazily(
      () => import("@vercel/sdk/funcs/projectsRemoveProjectEnv.js"),
      (module) => module.projectsRemoveProjectEnv,
      answers.nothing,
    ),
  };
}
