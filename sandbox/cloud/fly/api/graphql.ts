import { Hono } from "hono";
import { z } from "zod";
import { GraphqlError } from "../graphql/errors.ts";
import { readOperation } from "../graphql/operation.ts";
import { queryRoot } from "../graphql/schema.ts";
import { select, undefinedField } from "../graphql/select.ts";
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
    const { query, variables, operationName } = await readBody(c, request);
    try {
      const operation = readOperation(query, variables ?? {}, operationName);
      const [first] = operation.fields;
      // flyctl makes changes over REST.
      if (operation.kind !== "query" && first)
        throw undefinedField({ __typename: "Mutations" }, first, [operation.title, first.name]);
      return c.json({ data: select(queryRoot(services), operation) });
    } catch (error) {
      if (!(error instanceof GraphqlError)) throw error;
      const { code } = error.details;
      if (code !== undefined && code !== "NOT_FOUND") refused(c, error.message);
      return c.json({ data: null, errors: [error.answer] });
    }
  });

  return routes;
}
