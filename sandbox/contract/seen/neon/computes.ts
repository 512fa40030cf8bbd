import { type SeenAnswer, under } from "../facts.ts";
import { cassette, endpoint, ofProject, operation } from "./shared.ts";

export const computeAnswers: readonly SeenAnswer[] = [
  {
    call: `GET ${ofProject}/endpoints`,
    status: 200,
    source: cassette("endpoints"),
    fields: {
      endpoints: "array",
      ...under("endpoints[]", endpoint),
      // The year 2000 for one that was never used.
      "endpoints[].last_active": "string",
    },
  },
  {
    call: `GET ${ofProject}/endpoints/{endpoint_id}`,
    status: 200,
    source: cassette("endpoints"),
    fields: { endpoint: "object", ...under("endpoint", endpoint), "endpoint.last_active": "string" },
  },
  {
    call: `GET ${ofProject}/operations`,
    status: 200,
    source: cassette("operations"),
    fields: {
      operations: "array",
      ...under("operations[]", operation),
      // On the last page, too.
      "pagination?": "object",
      "pagination.cursor": "string",
    },
  },
  {
    call: `GET ${ofProject}/operations/{operation_id}`,
    status: 200,
    source: cassette("operations"),
    fields: { operation: "object", ...under("operation", operation) },
  },
  {
    call: `GET ${ofProject}/connection_uri`,
    status: 200,
    source: cassette("project"),
    fields: { uri: "string" },
  },
];
