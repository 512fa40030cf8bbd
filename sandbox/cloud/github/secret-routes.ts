import type { components } from "@octokit/openapi-types";
import type { Context } from "hono";
import { Hono } from "hono";
import { z } from "zod";
import type { GithubCloud } from "./cloud.ts";
import { now, repositoryOf } from "./cloud.ts";
import { GithubError, notFound, readBody } from "./errors.ts";
import { paginate } from "./pagination.ts";
import { keysOf, nameOf, openSealed } from "./secrets.ts";
import type { Secret, SecretScope, Variable } from "./state.ts";

const secretBody = z.strictObject({ encrypted_value: z.string(), key_id: z.string() });
const variableBody = z.strictObject({ name: z.string(), value: z.string() });
const variableChange = variableBody.partial();

/** Secrets and variables of repositories and environments. A secret's value goes in sealed, and never out. */
export function secretRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();

  const ofRepository = (c: Context): Promise<SecretScope> => repositoryOf(cloud, c);
  const ofEnvironment = async (c: Context): Promise<SecretScope> => {
    const environment = (await repositoryOf(cloud, c)).environments[c.req.param("environment") ?? ""];
    if (!environment) throw notFound();
    return environment;
  };

  const remove = async (c: Context, named: object): Promise<Response> => {
    const name = c.req.param("name")?.toUpperCase() ?? "";
    if (!Object.hasOwn(named, name)) throw notFound();
    Reflect.deleteProperty(named, name);
    await store.commit();
    return c.body(null, 204);
  };

  const serve = (path: string, scopeOf: (c: Context) => Promise<SecretScope>): void => {
    routes.get(`${path}/secrets/public-key`, async (c) => {
      const { id, publicKey } = await keysOf(await scopeOf(c));
      await store.commit();
      return c.json<components["schemas"]["actions-public-key"]>({ key_id: id, key: publicKey });
    });
    routes.get(`${path}/secrets`, async (c) => {
      const entries = Object.entries((await scopeOf(c)).secrets);
      const page = paginate(cloud, c, entries);
      return c.json({ total_count: entries.length, secrets: page.map((entry) => answerSecret(...entry)) });
    });
    routes.get(`${path}/secrets/:name`, async (c) => {
      const name = c.req.param("name").toUpperCase();
      const secret = (await scopeOf(c)).secrets[name];
      if (!secret) throw notFound();
      return c.json(answerSecret(name, secret));
    });
    routes.put(`${path}/secrets/:name`, async (c) => {
      const scope = await scopeOf(c);
      const name = nameOf(c.req.param("name"), "Secret");
      const body = await readBody(c, secretBody);
      const value = await openSealed(scope, body.key_id, body.encrypted_value);
      const known = scope.secrets[name];
      const at = now();
      scope.secrets[name] = { createdAt: known?.createdAt ?? at, updatedAt: at, value };
      await store.commit();
      return known ? c.body(null, 204) : c.json({}, 201);
    });
    routes.delete(`${path}/secrets/:name`, async (c) => remove(c, (await scopeOf(c)).secrets));

    routes.get(`${path}/variables`, async (c) => {
      const entries = Object.entries((await scopeOf(c)).variables);
      const page = paginate(cloud, c, entries);
      return c.json({
        total_count: entries.length,
        variables: page.map((entry) => answerVariable(...entry)),
      });
    });
    routes.post(`${path}/variables`, async (c) => {
      const { variables } = await scopeOf(c);
      const body = await readBody(c, variableBody);
      const name = nameOf(body.name, "Variable");
      if (variables[name]) throw new GithubError(409, "Already exists - Variable already exists");
      variables[name] = { createdAt: now(), updatedAt: now(), value: body.value };
      await store.commit();
      return c.json({}, 201);
    });
    routes.get(`${path}/variables/:name`, async (c) => {
      const name = c.req.param("name").toUpperCase();
      const variable = (await scopeOf(c)).variables[name];
      if (!variable) throw notFound();
      return c.json(answerVariable(name, variable));
    });
    routes.patch(`${path}/variables/:name`, async (c) => {
      const { variables } = await scopeOf(c);
      const name = c.req.param("name").toUpperCase();
      const change = await readBody(c, variableChange);
      const variable = variables[name];
      if (!variable) throw notFound();
      const renamed = change.name === undefined ? name : nameOf(change.name, "Variable");
      if (renamed !== name) Reflect.deleteProperty(variables, name);
      variables[renamed] = { ...variable, value: change.value ?? variable.value, updatedAt: now() };
      await store.commit();
      return c.body(null, 204);
    });
    routes.delete(`${path}/variables/:name`, async (c) => remove(c, (await scopeOf(c)).variables));
  };

  serve("/repos/:owner/:repo/actions", ofRepository);
  serve("/repos/:owner/:repo/environments/:environment", ofEnvironment);
  // Gone from the vendor's document and still answered: the provider plugin reaches environments so.
  serve("/repositories/:repositoryId/environments/:environment", ofEnvironment);
  return routes;
}

function answerSecret(name: string, secret: Secret): components["schemas"]["actions-secret"] {
  return { name, created_at: secret.createdAt, updated_at: secret.updatedAt };
}

function answerVariable(name: string, variable: Variable): components["schemas"]["actions-variable"] {
  return { name, value: variable.value, created_at: variable.createdAt, updated_at: variable.updatedAt };
}
