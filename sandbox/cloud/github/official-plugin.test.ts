import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestCloud, type TestCloud } from "../test-context.ts";
import { open } from "./index.ts";

const repository = "/api/v3/repos/atlaris/app";
const environment = `${repository}/environments/staging:x`;
const byNumber = "/api/v3/repositories/NUMBER/environments/staging:x";
const found = { message: "Not Found", documentation_url: expect.any(String) as string };
type Call = readonly [
  method: string,
  path: string,
  status: number,
  body?: object | undefined,
  answer?: Readonly<Record<string, unknown>>,
];

/** What the official plugin `github` 6.15.0 was seen to send for one of each resource: create, read, change, delete. */
const calls: readonly Call[] = [
  ["GET", "/api/v3/orgs/atlaris", 404, undefined, found],
  ["POST", `${repository}/actions/variables`, 201, { name: "FLAG", value: "a" }],
  ["GET", repository, 200, undefined, { name: "app", archived: false }],
  ["GET", `${repository}/actions/variables/FLAG`, 200, undefined, { value: "a" }],
  [
    "PUT",
    environment,
    200,
    {
      wait_timer: 5,
      reviewers: [
        { type: "Team", id: 5 },
        { type: "User", id: 7 },
      ],
      can_admins_bypass: true,
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
      prevent_self_review: false,
    },
    { can_admins_bypass: true },
  ],
  [
    "PUT",
    `${repository}/environments/bare`,
    200,
    {
      wait_timer: 0,
      reviewers: null,
      can_admins_bypass: true,
      deployment_branch_policy: null,
      prevent_self_review: false,
    },
    { protection_rules: [], deployment_branch_policy: null },
  ],
  [
    "POST",
    `${environment}/deployment-branch-policies`,
    200,
    { name: "main", type: "branch" },
    { type: "branch" },
  ],
  ["POST", `${environment}/variables`, 201, { name: "FLAG", value: "on" }],
  ["GET", `${environment}/variables/FLAG`, 200],
  ["GET", `${repository}/actions/secrets/public-key`, 200],
  ["GET", `${byNumber}/secrets/public-key`, 200],
  ["GET", `${byNumber}/secrets/DATABASE_URL`, 404, undefined, found],
  [
    "POST",
    `${repository}/rulesets`,
    201,
    {
      name: "main",
      target: "branch",
      source_type: "Repository",
      source: "app",
      enforcement: "active",
      bypass_actors: [],
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules: [
        { type: "deletion" },
        {
          type: "pull_request",
          parameters: {
            dismiss_stale_reviews_on_push: false,
            require_code_owner_review: false,
            require_last_push_approval: false,
            required_approving_review_count: 1,
            required_review_thread_resolution: false,
          },
        },
        {
          type: "required_status_checks",
          parameters: {
            do_not_enforce_on_create: false,
            required_status_checks: [{ context: "lint" }, { context: "test" }],
            strict_required_status_checks_policy: false,
          },
        },
        { type: "non_fast_forward" },
      ],
    },
    { source_type: "Repository", target: "branch" },
  ],
  ["DELETE", `${environment}/variables/FLAG`, 204],
  ["DELETE", `${environment}/variables/FLAG`, 404, undefined, found],
  ["DELETE", environment, 204],
];

describe("what the official GitHub plugin asks", () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await openTestCloud("github", open);
  });
  afterAll(() => cloud.close());

  it("is answered as it expects, from the first call to the last", async () => {
    let number = "";
    for (const [method, path, status, body, answer] of calls) {
      const response = await fetch(`${cloud.origin}${path.replace("NUMBER", number)}`, {
        method,
        headers: { authorization: `Bearer ${cloud.token}`, accept: "application/vnd.github.v3+json" },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      expect(`${method} ${path} ${String(response.status)}`).toBe(`${method} ${path} ${String(status)}`);
      const given = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
      if (answer) expect(given).toMatchObject(answer);
      if (path === repository) number = String(given["id"]);
    }
  });
});
