import { constants } from "node:fs";
import type { Context } from "hono";
import { Hono } from "hono";
import { z } from "zod";
import { user } from "./account.ts";
import { listenForDeployment } from "./addresses.ts";
import type { VercelCloud } from "./cloud.ts";
import { findProject, requireDeployment, requireProject } from "./cloud.ts";
import { answerDeployment, answerListedDeployment } from "./deployment-answer.ts";
import { freezeEnvironment } from "./deployment-environment.ts";
import { VercelError, badRequest, readBody } from "./errors.ts";
import { listingOf } from "./file-listing.ts";
import { newDeploymentId } from "./ids.ts";
import { newProject } from "./project-routes.ts";
import { removeDeployment } from "./remove.ts";
import type { Deployment, DeploymentFile, Project, VercelState } from "./state.ts";

const filePath = z
  .string()
  .min(1)
  .refine((path) => !path.split("/").some((part) => part === "" || part === "." || part === ".."), {
    error: "should be a relative path without '.' and '..'",
  });
const uploadedFile = z.strictObject({
  file: filePath,
  sha: z.string().regex(/^[0-9a-f]{40}$/, "should be a SHA-1 in hexadecimal"),
  size: z.number().int().nonnegative().optional(),
  mode: z.number().int().optional(),
});
const inlinedFile = z.strictObject({
  file: filePath,
  data: z.string(),
  encoding: z.enum(["base64", "utf-8"]).optional(),
});
const text = z.string().nullable().optional();
const environment = z.record(z.string(), z.string()).optional();
const createBody = z.strictObject({
  name: z.string().min(1),
  project: z.string().optional(),
  files: z.array(z.union([uploadedFile, inlinedFile])).optional(),
  target: z.string().optional(),
  meta: z.record(z.string(), z.string()).optional(),
  gitMetadata: z.looseObject({ commitRef: z.string().optional() }).optional(),
  env: environment,
  build: z.strictObject({ env: environment }).optional(),
  public: z.boolean().optional(),
  version: z.literal(2).optional(),
  source: z.string().optional(),
  projectSettings: z
    .strictObject({
      buildCommand: text,
      commandForIgnoringBuildStep: text,
      devCommand: text,
      framework: text,
      installCommand: text,
      nodeVersion: z.string().optional(),
      outputDirectory: text,
      rootDirectory: text,
      serverlessFunctionRegion: text,
      skipGitConnectDuringLink: z.boolean().optional(),
      sourceFilesOutsideRootDirectory: z.boolean().optional(),
    })
    .optional(),
});
type CreateBody = z.output<typeof createBody>;

export function deploymentRoutes(cloud: VercelCloud): Hono {
  const { store, files } = cloud;
  const { state } = store;
  const routes = new Hono();

  for (const path of ["/v2/files", "/v2/now/files"])
    routes.post(path, async (c) => {
      const expected = c.req.header("x-vercel-digest") ?? c.req.header("x-now-digest");
      if (!expected) throw badRequest("The header `x-vercel-digest` is missing");
      if (!(await files.put(c.req.raw.body, expected)))
        throw new VercelError(
          400,
          "invalid_sha",
          "The digest in the header is not that of the file's content",
        );
      return c.json({ urls: [] });
    });

  const create = async (c: Context): Promise<Response> => {
    const body = await readBody(c, createBody);
    const taken = await takeFiles(files, body.files ?? []);
    const project = await projectOf(body, c.req.query("teamId"));
    const target =
      isFirst(state, project.id) && body.target === undefined
        ? "production"
        : productionOrPreview(body.target);
    const gitBranch = body.gitMetadata?.commitRef ?? body.meta?.["githubCommitRef"];
    const deployment: Deployment = {
      id: newDeploymentId(),
      projectId: project.id,
      name: body.name,
      port: await cloud.context.freePort(),
      target,
      meta: body.meta ?? {},
      createdAt: Date.now(),
      files: taken,
      environment: {
        ...freezeEnvironment(state, project, target ?? "preview", gitBranch),
        ...body.env,
      },
      projectSettings: body.projectSettings ?? {},
      readyState: "QUEUED",
    };
    await listenForDeployment(cloud, deployment);
    state.deployments[deployment.id] = deployment;
    await store.commit();
    const answer = answerDeployment(state, deployment);
    cloud.build(deployment);
    return c.json(answer);
  };
  for (const path of ["/v13/deployments", "/v12/deployments", "/v12/now/deployments"])
    routes.post(path, create);

  /** Like the vendor, a deployment by a name alone makes its project. */
  const projectOf = async (body: CreateBody, teamId: string | undefined): Promise<Project> => {
    if (body.project !== undefined) return requireProject(state, body.project);
    const known = findProject(state, body.name);
    if (known) return known;
    const project = newProject(body.name, teamId ?? user.id);
    state.projects[project.id] = project;
    await store.commit();
    return project;
  };

  routes.get("/v13/deployments/:idOrUrl", (c) =>
    c.json(answerDeployment(state, requireDeployment(state, c.req.param("idOrUrl")))),
  );

  routes.get("/v6/deployments/:id/files", (c) =>
    c.json(listingOf(requireDeployment(state, c.req.param("id")))),
  );

  routes.delete("/v13/deployments/:id", async (c) => {
    const deployment = requireDeployment(state, c.req.query("url") ?? c.req.param("id"));
    await removeDeployment(cloud, deployment);
    return c.json({ uid: deployment.id, state: "DELETED" });
  });

  routes.patch("/v12/deployments/:id/cancel", async (c) => {
    const deployment = requireDeployment(state, c.req.param("id"));
    if (deployment.readyState !== "QUEUED" && deployment.readyState !== "BUILDING")
      throw badRequest("The deployment is not building and cannot be canceled.");
    deployment.readyState = "CANCELED";
    deployment.canceledAt = Date.now();
    await store.commit();
    return c.json(answerDeployment(state, deployment));
  });

  for (const path of ["/v6/deployments", "/v7/deployments"])
    routes.get(path, (c) => c.json(listDeployments(state, c.req.query())));

  return routes;
}

/** Inlined files are kept like uploaded ones. @throws VercelError missing_files with the missing digests */
async function takeFiles(
  files: VercelCloud["files"],
  given: NonNullable<CreateBody["files"]>,
): Promise<DeploymentFile[]> {
  const taken: DeploymentFile[] = [];
  const missing: string[] = [];
  for (const each of given) {
    if ("sha" in each && !(await files.has(each.sha))) missing.push(each.sha);
    const file = "sha" in each ? linkedFile(each) : await keepFile(files, each);
    if (file) taken.push(file);
  }
  if (missing.length > 0)
    throw new VercelError(400, "missing_files", "Missing files", { missing: [...new Set(missing)] });
  return taken;
}

function linkedFile({ file: path, sha, size = 0, mode = 0 }: z.output<typeof uploadedFile>): DeploymentFile {
  const isLink = (mode & constants.S_IFMT) === constants.S_IFLNK;
  return { path, sha, size, ...(isLink ? { isLink } : {}) };
}

async function keepFile(
  files: VercelCloud["files"],
  { file: path, data, encoding = "utf-8" }: z.output<typeof inlinedFile>,
): Promise<DeploymentFile | undefined> {
  const content = Buffer.from(data, encoding === "base64" ? "base64" : "utf8");
  const stored = await files.put(new Blob([content]).stream());
  return stored && { path, ...stored };
}

/** A page of the deployments that a query names, newest first. */
function listDeployments(state: VercelState, query: Readonly<Record<string, string>>): object {
  const { app, target, state: wanted, since, until, projectId } = query;
  const wantedProject = projectId === undefined ? undefined : (findProject(state, projectId)?.id ?? "");
  const states = wanted?.toUpperCase().split(",");
  const is = (asked: string | undefined, has: string): boolean => asked === undefined || asked === has;
  const matching = Object.values(state.deployments)
    .filter((each) => is(wantedProject, each.projectId) && is(app, each.name))
    .filter((each) => is(target, each.target ?? "preview"))
    .filter((each) => states?.includes(each.readyState) !== false)
    .filter(
      ({ createdAt }) => createdAt > Number(since ?? -Infinity) && createdAt < Number(until ?? Infinity),
    )
    .sort((a, b) => b.createdAt - a.createdAt);
  const page = matching.slice(0, pageSize(query["limit"]));
  return {
    deployments: page.map((deployment) => answerListedDeployment(state, deployment)),
    pagination: paginationOf(page, matching.length > page.length),
  };
}

const pageSize = (limit: string | undefined): number => Math.min(Number(limit ?? 20) || 20, 100);

function paginationOf(page: readonly Deployment[], hasMore: boolean): object {
  const last = hasMore ? page.at(-1) : undefined;
  return { count: page.length, next: last?.createdAt ?? null, prev: page[0]?.createdAt ?? null };
}

/**
 * Vercel makes a project's first deployment production's while nothing else was asked for (vercel/vercel,
 * packages/cli/src/util/deploy/process-deployment.ts, reads the answer for exactly that).
 */
function isFirst(state: VercelState, projectId: string): boolean {
  return !Object.values(state.deployments).some((each) => each.projectId === projectId);
}

function productionOrPreview(target: string | undefined): "production" | null {
  if (target === undefined || target === "preview") return null;
  if (target === "production") return target;
  throw badRequest(`Invalid request: \`target\` should be production or preview, and is ${target}.`);
}
