import type { GraphQLSchema } from "graphql";
import { Hono } from "hono";
import { schemaText } from "../../contract/railway/schema.ts";
import type { Emulator, EmulatorContext, OpenEmulator, Running } from "../emulator.ts";
import { openDeployer } from "./deployer.ts";
import { operationsOf } from "./operations.ts";
import { emptyState, type RailwayState } from "./state.ts";

interface Request {
  readonly query?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * Railway on this machine: the part of its public GraphQL API that rolls a worker out, with replicas as processes. A
 * project and an environment exist as soon as a call names them.
 */
export const open: OpenEmulator = async (context): Promise<Emulator> => {
  const store = await context.openStore<RailwayState>(emptyState());
  const deployer = openDeployer(context, store);
  const operations = operationsOf({ context, store, deployer });
  let schema: GraphQLSchema | undefined;
  const routes = new Hono();
  routes.notFound((c) => c.json({ message: `not in this sandbox: ${c.req.method} ${c.req.path}` }, 404));
  routes.post("/graphql/v2", async (c) => {
    if (!isAuthorized(c.req.raw.headers, context))
      return c.json({ errors: [{ message: "Not Authorized" }], data: null });
    const { query = "", variables = {} } = await c.req.json<Request>();
    // With the first call, since most sandboxes have none.
    const { buildSchema, graphql } = await import("graphql");
    schema ??= buildSchema(schemaText);
    // What the schema does not have is refused before anything is done.
    const answer = await graphql({ schema, source: query, rootValue: operations, variableValues: variables });
    return c.json(answer, "data" in answer ? 200 : 400);
  });
  return {
    routes,
    start: () => deployer.restore(),
    stop: () => deployer.close(),
    running: () =>
      Object.values(store.state.deployments)
        .filter(({ status }) => !["REMOVED", "FAILED"].includes(status))
        .flatMap(({ serviceName, status, config, createdAt, replicas }) =>
          replicas.map(({ id, port }): Running => ({
            what: `${serviceName} (replica ${id.slice(0, 8)})`,
            ...(port === undefined ? {} : { address: `http://127.0.0.1:${port}` }),
            state: status.toLowerCase(),
            release: config.image ?? "",
            since: createdAt,
          })),
        ),
  };
};

/** By a token of an account or a workspace, or by one of a project (docs.railway.com/integrations/api). */
function isAuthorized(headers: Headers, { token }: EmulatorContext): boolean {
  return [
    headers.get("authorization") === `Bearer ${token}`,
    headers.get("project-access-token") === token,
  ].includes(true);
}
