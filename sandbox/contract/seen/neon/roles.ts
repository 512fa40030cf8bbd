import { type SeenAnswer, under } from "../facts.ts";
import { cassette, database, ofBranch, role } from "./shared.ts";

export const roleAnswers: readonly SeenAnswer[] = [
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
