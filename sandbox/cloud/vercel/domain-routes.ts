import { createHash } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import type { VercelCloud } from "./cloud.ts";
import { findAlias, requireProject } from "./cloud.ts";
import { VercelError, badRequest, notFound, readBody } from "./errors.ts";
import { assignAlias, isOwnDomain, productionAlias } from "./live.ts";
import { removeAlias } from "./remove.ts";
import type { Project, ProjectDomain } from "./state.ts";

const addBody = z.strictObject({
  name: z.string().min(1),
  // Domains of a branch or a redirect are not emulated.
  gitBranch: z.null().optional(),
  redirect: z.null().optional(),
  redirectStatusCode: z.null().optional(),
});

const apexOf = (name: string): string => name.split(".").slice(-2).join(".");

/** The record that shows the vendor whose the domain is; its form is that of users' reports. */
function verificationOf(name: string): object {
  const code = createHash("sha256").update(name).digest("hex").slice(0, 20);
  return {
    type: "TXT",
    domain: `_vercel.${apexOf(name)}`,
    value: `vc-domain-verify=${name},${code}`,
    reason: "pending_domain_verification",
  };
}

function answerDomain(project: Project, name: string, domain: ProjectDomain): object {
  return {
    name,
    apexName: apexOf(name),
    projectId: project.id,
    redirect: null,
    redirectStatusCode: null,
    gitBranch: null,
    createdAt: domain.createdAt,
    updatedAt: domain.updatedAt,
    verified: domain.verified,
    ...(domain.verified ? {} : { verification: [verificationOf(name)] }),
  };
}

/** The domains of a project: production is open at them under standard protection, and they follow a promotion. */
export function domainRoutes(cloud: VercelCloud): Hono {
  const { store } = cloud;
  const { state } = store;
  const routes = new Hono();

  const domainOf = (project: Project, name: string): ProjectDomain => {
    if (name === productionAlias(project))
      return { createdAt: project.createdAt, updatedAt: project.createdAt, verified: true };
    const domain = project.domains?.[name];
    if (!domain) throw notFound("The domain is not assigned to the project.");
    return domain;
  };

  const follow = async (project: Project, name: string): Promise<void> => {
    const production = state.deployments[project.productionDeploymentId ?? ""];
    if (production?.readyState === "READY") await assignAlias(cloud, production, name);
  };

  routes.post("/v10/projects/:idOrName/domains", async (c) => {
    const project = requireProject(state, c.req.param("idOrName"));
    const { name } = await readBody(c, addBody);
    const { takenNames, foreignDomains } = cloud.behaviour;
    if (
      takenNames.includes(name) ||
      Object.values(state.projects).some((each) => isElsewhere(each, project, name))
    )
      throw new VercelError(409, "domain_already_in_use", `Cannot add ${name} since it's already in use.`);
    // "If the domain already exists on the project, the request will fail with a 400 status code."
    if (name === productionAlias(project) || project.domains?.[name])
      throw badRequest(`The domain ${name} is already assigned to the project.`);
    const now = Date.now();
    const domain: ProjectDomain = {
      createdAt: now,
      updatedAt: now,
      verified: !foreignDomains.includes(name),
    };
    project.domains = { ...project.domains, [name]: domain };
    await store.commit();
    if (domain.verified) await follow(project, name);
    return c.json(answerDomain(project, name, domain));
  });

  for (const version of ["v8", "v9"]) {
    routes.get(`/${version}/projects/:idOrName/domains`, (c) => {
      const project = requireProject(state, c.req.param("idOrName"));
      const names = [productionAlias(project), ...Object.keys(project.domains ?? {})];
      return c.json({
        domains: names.map((name) => answerDomain(project, name, domainOf(project, name))),
        pagination: { count: names.length, next: null, prev: null },
      });
    });

    routes.get(`/${version}/projects/:idOrName/domains/:domain`, (c) => {
      const project = requireProject(state, c.req.param("idOrName"));
      const name = c.req.param("domain");
      return c.json(answerDomain(project, name, domainOf(project, name)));
    });

    routes.delete(`/${version}/projects/:idOrName/domains/:domain`, async (c) => {
      const project = requireProject(state, c.req.param("idOrName"));
      const name = c.req.param("domain");
      domainOf(project, name);
      if (project.domains) Reflect.deleteProperty(project.domains, name);
      const alias = findAlias(state, name);
      if (alias?.projectId === project.id) await removeAlias(cloud, alias);
      await store.commit();
      return c.json({});
    });
  }

  routes.post("/v9/projects/:idOrName/domains/:domain/verify", async (c) => {
    const project = requireProject(state, c.req.param("idOrName"));
    const name = c.req.param("domain");
    const domain = domainOf(project, name);
    if (!domain.verified && cloud.behaviour.foreignDomains.includes(name))
      throw new VercelError(400, "missing_txt_record", `Domain ${name} is missing required TXT Record.`);
    domain.verified = true;
    await store.commit();
    await follow(project, name);
    return c.json(answerDomain(project, name, domain));
  });

  return routes;
}

function isElsewhere(other: Project, project: Project, name: string): boolean {
  return other.id !== project.id && (isOwnDomain(other, name) || other.domains?.[name] !== undefined);
}
