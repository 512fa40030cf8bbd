import { type SeenAnswer, under } from "../facts.ts";
import { branch, cassette, database, ofBranch, ofProject, role } from "./shared.ts";

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
  {
    call: `GET ${ofBranch}/roles`,
    status: 200,
    source: cassette("roles"),
    fields: { roles: "array", ...under("roles[]", role) },
  },
  {
    call: `GET ${ofBranch}/roles/{role_name}`,
    status: 200,
    source: cassette("roles"),
    fields: { role: "object", ...under("role", role) },
  },
  {
    call: `GET ${ofBranch}/databases`,
    status: 200,
    source: cassette("database"),
    fields: { databases: "array", ...under("databases[]", database) },
  },
];
