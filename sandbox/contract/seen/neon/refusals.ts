import { type SeenRefusal, type SeenHeader } from "../facts.ts";
import { cassette, ofBranch, ofProject } from "./shared.ts";

/** Errors that were observed live, by operation. */
const distilled = "alchemy-run/distilled packages/neon/patches/001-add-error-responses.patch.json";
const liveErrors = "neondatabase/neon-pkgs packages/sdk/e2e/errors.e2e.test.ts";
const retried = "neondatabase/neon test_runner/fixtures/neon_api.py";
const notFound = (call: string, what: string, source: string = distilled) => ({
  ...{ call, when: `${what} that is not there`, status: 404, message: /not found/, source },
});
/** The vendor's document has 204 for a thing that is not there or no longer; our clients accept both. */
const notFoundOrGone = (call: string, what: string) => ({
  ...notFound(call, what),
  notEmulated: "answered with 204, as the document has it",
});

export const refusals: readonly SeenRefusal[] = [
  {
    call: "any",
    when: "a key that is not one",
    status: 401,
    message: /^(authentication|invalid authorization|supplied credentials)/i,
    source: liveErrors,
  },
  {
    call: "GET /users/me",
    when: "an organization's key",
    status: 404,
    message: /organization API keys/,
    source: liveErrors,
  },
  {
    call: "GET /projects",
    when: "a personal key without org_id",
    status: 400,
    message: /org_id is required/,
    source: "neondatabase/website#5671, neondatabase/mcp-server-neon#352",
  },
  {
    call: "POST /projects",
    when: "a personal key without org_id",
    status: 400,
    message: /org_id is required/,
    source: "fiberplane/create-honc-app#120",
  },
  {
    call: "POST /projects",
    when: "a body that is no request",
    status: 400,
    code: "",
    message: /^invalid request/,
    source: cassette("project_delete"),
    notEmulated: "the message names the field, in the emulator's words",
  },
  notFound(`GET ${ofProject}`, "a project", liveErrors),
  notFound(`PATCH ${ofProject}`, "a project"),
  notFound(`DELETE ${ofProject}`, "a project"),
  notFound(`GET ${ofProject}/operations`, "a project"),
  notFound(`GET ${ofProject}/operations/{operation_id}`, "an operation"),
  notFound(`GET ${ofProject}/connection_uri`, "a database"),
  notFound(`GET ${ofProject}/branches`, "a project"),
  notFound(`GET ${ofProject}/branches/count`, "a project"),
  notFound(`GET ${ofBranch}`, "a branch"),
  notFound(`PATCH ${ofBranch}`, "a branch"),
  notFoundOrGone(`DELETE ${ofBranch}`, "a branch"),
  notFound(`POST ${ofBranch}/restore`, "a branch"),
  notFound(`POST ${ofBranch}/set_as_default`, "a branch"),
  notFound(`GET ${ofBranch}/roles`, "a branch"),
  notFound(`POST ${ofBranch}/roles`, "a branch"),
  notFound(`GET ${ofBranch}/roles/{role_name}`, "a role"),
  notFoundOrGone(`DELETE ${ofBranch}/roles/{role_name}`, "a role"),
  notFound(`POST ${ofBranch}/roles/{role_name}/reset_password`, "a role"),
  notFound(`GET ${ofBranch}/databases`, "a branch"),
  notFound(`POST ${ofBranch}/databases`, "a branch"),
  notFound(`GET ${ofBranch}/databases/{database_name}`, "a database"),
  notFound(`PATCH ${ofBranch}/databases/{database_name}`, "a database"),
  notFoundOrGone(`DELETE ${ofBranch}/databases/{database_name}`, "a database"),
  notFound(`GET ${ofBranch}/endpoints`, "a branch"),
  notFound(`GET ${ofProject}/endpoints`, "a project"),
  notFound(`POST ${ofProject}/endpoints`, "a branch"),
  notFound(`GET ${ofProject}/endpoints/{endpoint_id}`, "an endpoint"),
  notFound(`PATCH ${ofProject}/endpoints/{endpoint_id}`, "an endpoint"),
  notFoundOrGone(`DELETE ${ofProject}/endpoints/{endpoint_id}`, "an endpoint"),
  notFound(`POST ${ofProject}/endpoints/{endpoint_id}/start`, "an endpoint"),
  notFound(`POST ${ofProject}/endpoints/{endpoint_id}/suspend`, "an endpoint"),
  notFound(`POST ${ofProject}/endpoints/{endpoint_id}/restart`, "an endpoint"),
  {
    call: `POST ${ofProject}/branches`,
    when: "a name that a branch has",
    status: 409,
    message: /branch already exists/,
    source: `neondatabase/neon-pkgs#307, ${distilled}`,
  },
  {
    call: `POST ${ofBranch}/databases`,
    when: "a name that a database has",
    status: 409,
    message: /already exists/,
    source: `neondatabase/neon-pkgs#307, ${distilled}`,
  },
  {
    call: `POST ${ofBranch}/roles`,
    when: "a name that a role has",
    status: 409,
    message: /already exists/,
    source: distilled,
  },
  {
    call: `POST ${ofProject}/endpoints`,
    when: "a branch that has its read-write endpoint",
    status: 409,
    message: /read_write endpoint already exists/,
    source: `neondatabase/neon-pkgs#307, ${distilled}`,
  },
  {
    call: `DELETE ${ofBranch}`,
    when: "the default branch",
    status: 422,
    message: /default branch|root branch/,
    source: distilled,
  },
  {
    call: "any",
    when: "a change while another runs in the project",
    status: 423,
    message: /running conflicting operations/,
    source: `butterbase-ai/butterbase#123, ${retried}`,
  },
  {
    call: "any",
    when: "a branch that is not ready",
    status: 422,
    message: /branch not ready yet/,
    source: retried,
    notEmulated: "the change that makes the branch is still running then, which is the 423 above",
  },
  {
    call: "any",
    when: "a change of the suspend timeout on Free",
    status: 403,
    message: /suspend interval changing is not allowed/,
    source: "neondatabase/create-branch-action#31; the status is the emulator's",
  },
];

export const headers: readonly SeenHeader[] = [
  { header: "x-neon-ret-request-id", source: cassette("project", "branches", "endpoints") },
];
