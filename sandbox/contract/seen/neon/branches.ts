import { type SeenAnswer, under } from "../facts.ts";
import { branch, cassette, ofProject } from "./shared.ts";

export const branchAnswers: readonly SeenAnswer[] = [
  {
    call: `GET ${ofProject}/branches`,
    status: 200,
    source: cassette("branches", "database", "operations", "roles"),
    fields: {
      branches: "array",
      ...under("branches[]", branch),
      annotations: "object",
      pagination: "object",
      "pagination.next?": "string",
      "pagination.sort_by": "string: updated_at, created_at, name",
      "pagination.sort_order": "string: DESC, ASC, desc, asc",
    },
  },
];
