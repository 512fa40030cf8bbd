import { z } from "zod";
import { call } from "../call.ts";
import { contractOfOwnSchemas } from "../own-schemas.ts";
import { graphqlError } from "../graphql-error.ts";

const text = z.string();

/** Data and errors alike come with status 200; what is in `data` the schema itself has checked. */
const answer = z.strictObject({
  data: z.record(text, z.unknown()).nullish(),
  errors: z.array(graphqlError).optional(),
});

const document =
  "the part of Railway's public schema in `sandbox/contract/railway/schema.ts` (railwayapp/cli, `src/gql/schema.json`)";

export const railway = contractOfOwnSchemas(
  document,
  [
    call("POST", "/graphql/v2", "query", {
      leftOut: "what is not in that part; a project or an environment exists as soon as a call names it",
    }),
  ],
  {
    query: {
      status: 200,
      answer,
      request: z.strictObject({ query: text, variables: z.record(text, z.unknown()).nullish() }),
    },
  },
  answer,
);
