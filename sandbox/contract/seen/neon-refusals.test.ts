import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { open } from "../../cloud/neon/index.ts";
import { connect } from "../../cloud/neon/test-client.ts";
import { openTestCloud, type TestCloud } from "../../cloud/test-context.ts";
import { neonFacts } from "./index.ts";
import { ask, type Answer, type Cause, emulated, expectAsSeen, rowOf } from "./test-refusals.ts";

let cloud: TestCloud;
let project_id = "";
let branch_id = "";
let endpoint_id = "";

beforeAll(async () => {
  cloud = await openTestCloud("neon", open);
  const neon = connect(cloud);
  project_id = (await neon.projects.create({ name: "refusals" })).id;
  branch_id = (await neon.branches.getDefault({ projectId: project_id })).id;
  const [endpoint] = await neon.postgres.endpoints.list({ projectId: project_id });
  endpoint_id = endpoint?.id ?? "";
});
afterAll(() => cloud.close());
beforeEach(() => cloud.account.reset());

const project = "/projects/{project_id}";
const branch = `${project}/branches/{branch_id}`;
const inProject = () => ({ project_id });
const onBranch = () => ({ project_id, branch_id });

const neon = (
  call: string,
  variables: Readonly<Record<string, string>>,
  more: { readonly body?: unknown; readonly token?: string; readonly query?: string } = {},
): Promise<Answer> => ask(cloud, call.replace(" ", " /api/v2"), variables, more);

/** What a call needs in addition to its path, so that it is the missing thing that it is refused for. */
const bodies: Readonly<Record<string, unknown>> = {
  [`PATCH ${project}`]: { project: { name: "x" } },
  [`PATCH ${branch}`]: { branch: { name: "x" } },
  [`POST ${branch}/restore`]: { source_branch_id: "br-missing" },
  [`POST ${branch}/roles`]: { role: { name: "x" } },
  [`POST ${branch}/databases`]: { database: { name: "x", owner_name: "neondb_owner" } },
  [`PATCH ${branch}/databases/{database_name}`]: { database: { name: "x" } },
  [`POST ${project}/endpoints`]: { endpoint: { branch_id: "br-missing", type: "read_write" } },
  [`PATCH ${project}/endpoints/{endpoint_id}`]: { endpoint: { disabled: false } },
};
const queries: Readonly<Record<string, string>> = {
  [`GET ${project}/connection_uri`]: "?database_name=missing&role_name=neondb_owner",
};

/** Everything but what the row names as missing is there. */
function missing(call: string, when: string): Promise<Answer> {
  const there = /^a project/.test(when) ? {} : /^a branch/.test(when) ? inProject() : onBranch();
  const more = call in bodies ? { body: bodies[call] } : {};
  return neon(call, there, { ...more, query: queries[call] ?? "" });
}

const suspend = (): Promise<Answer> =>
  neon(
    `PATCH ${project}/endpoints/{endpoint_id}`,
    { ...inProject(), endpoint_id },
    {
      body: { endpoint: { suspend_timeout_seconds: 60 } },
    },
  );

const withAccount =
  (setting: string, value: string, cause: () => Promise<Answer>): Cause =>
  async () => {
    await cloud.account.set(setting, value);
    return cause();
  };

const causes: Readonly<Record<string, Cause>> = {
  "any: a key that is not one": () => neon(`GET ${project}`, inProject(), { token: "wrong" }),
  "GET /users/me: an organization's key": () => neon("GET /users/me", {}),
  "GET /projects: a personal key without org_id": withAccount("neon.key", "personal", () =>
    neon("GET /projects", {}),
  ),
  "POST /projects: a personal key without org_id": withAccount("neon.key", "personal", () =>
    neon("POST /projects", {}, { body: { project: { name: "x" } } }),
  ),
  [`POST ${project}/branches: a name that a branch has`]: () =>
    neon(`POST ${project}/branches`, inProject(), { body: { branch: { name: "main" } } }),
  [`POST ${branch}/databases: a name that a database has`]: () =>
    neon(`POST ${branch}/databases`, onBranch(), {
      body: { database: { name: "neondb", owner_name: "neondb_owner" } },
    }),
  [`POST ${branch}/roles: a name that a role has`]: () =>
    neon(`POST ${branch}/roles`, onBranch(), { body: { role: { name: "neondb_owner" } } }),
  [`POST ${project}/endpoints: a branch that has its read-write endpoint`]: () =>
    neon(`POST ${project}/endpoints`, inProject(), { body: { endpoint: { branch_id, type: "read_write" } } }),
  [`DELETE ${branch}: the default branch`]: () => neon(`DELETE ${branch}`, onBranch()),
  "any: a change of the suspend timeout on Free": withAccount("neon.plan", "free", suspend),
  "any: a change while another runs in the project": "cloud/neon/neon.test.ts",
};

it.each(emulated(neonFacts.refusals).map((fact) => [rowOf(fact), fact] as const))("%s", async (row, fact) => {
  const isMissing = fact.status === 404 && !(row in causes);
  const cause = isMissing ? () => missing(fact.call, fact.when) : causes[row];
  expect(cause, "a cause in this file, or notEmulated with the reason").toBeDefined();
  if (cause) await expectAsSeen(fact, cause);
});
