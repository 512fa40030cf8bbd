import { z } from "zod";

const text = z.string();

/** https://spec.graphql.org/October2021/#sec-Errors; `extensions.code` is what the vendors' clients distinguish errors by. */
export const graphqlError = z.strictObject({
  message: text,
  locations: z.array(z.strictObject({ line: z.int(), column: z.int() })).optional(),
  path: z.array(z.union([text, z.int()])).optional(),
  extensions: z.looseObject({ code: text.optional() }).optional(),
});
