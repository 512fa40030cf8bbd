import type { CloudContract } from "../call.ts";
import { openSchemaCheck } from "../schema-check.ts";
import { calls, document } from "./calls.ts";
import { githubDocument } from "./document.ts";

export const github: CloudContract = {
  calls,
  document,
  // The provider plugin takes every address but github.com for a GitHub Enterprise Server.
  bases: ["/api/v3", ""],
  prepare: () => githubDocument.prepare(),
  open: () => {
    const check = openSchemaCheck(githubDocument.read());
    return ({ operation }, { status, body, requestBody }) => {
      const taken = status < 400 ? check.request(operation, requestBody) : [];
      return [
        ...check.answer(operation, status, body),
        ...taken.map((fault) => `a request was taken although ${fault}`),
      ];
    };
  },
};
