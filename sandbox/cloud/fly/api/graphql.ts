import { Hono } from "hono";
import { z } from "zod";
import { parseQuery, QuerySyntaxError } from "../graphql/query.ts";
import { queryRoot } from "../graphql/schema.ts";
import { GraphqlError, select } from "../graphql/select.ts";
import { refused } from "../../wire/call-notes.ts";
import { readBody } from "./errors.ts";
import type { Services } from "./services.ts";

const request = z.strictObject({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** `/graphql`: what flyctl still asks there. Errors come with status 200, as GraphQL has them. */
export function graphqlRoutes(services: Services): Hono {
  const routes = new Hono();

  routes.post("/", async (c) => {
    const { query, variables } = await readBody(c, request);
    try {
      const operation = parseQuery(query, variables ?? {});
      if (operation.kind === "mutation")
        throw new GraphqlError(
          `the mutation ${operation.fields[0]?.name ?? ""} is not in this sandbox; flyctl changes things over REST`,
          "undefinedField",
        );
      return c.json({ data: select(queryRoot(services), operation.fields, "") });
    } catch (error) {
      if (!(error instanceof GraphqlError) && !(error instanceof QuerySyntaxError)) throw error;
      const code = error instanceof GraphqlError ? error.code : "parseError";
      if (code !== undefined && code !== "NOT_FOUND") refused(c, error.message);
      return c.json({
        data: null,
        errors: [{ message: error.message, ...(code === undefined ? {} : { extensions: { code } }) }],
      });
    }
  });

  return routes;
}
