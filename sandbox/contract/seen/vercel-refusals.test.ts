import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestCloud, type TestCloud } from "../../cloud/test-context.ts";
import { open } from "../../cloud/vercel/index.ts";
import { ask, type Answer, type Cause, emulated, expectAsSeen, rowOf } from "./test-refusals.ts";
import { vercelFacts } from "./index.ts";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await openTestCloud("vercel", open);
  await vercel("POST /v11/projects", {}, { name: "web" });
  await vercel(
    "POST /v11/projects",
    {},
    {
      name: "connected",
      gitRepository: { type: "github", repo: "atlaris/atlaris" },
    },
  );
});
afterAll(() => cloud.close());

const vercel = (
  call: string,
  variables: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<Answer> => ask(cloud, call, variables, body === undefined ? {} : { body });

const env = "POST /v10/projects/{idOrName}/env";
const variable = { key: "KEY", value: "x", type: "sensitive", target: ["preview"] };
const aliases = "POST /v2/deployments/{id}/aliases";

const causes: Readonly<Record<string, Cause>> = {
  "POST /v13/deployments: files that were not uploaded": () =>
    vercel(
      "POST /v13/deployments",
      {},
      { name: "web", files: [{ file: "a", sha: "0".repeat(40), size: 1 }] },
    ),
  [`${env}: a key that the target has`]: async () => {
    await vercel(env, { idOrName: "web" }, variable);
    return vercel(env, { idOrName: "web" }, variable);
  },
  [`${env}: a branch of no connected repository`]: () =>
    vercel(env, { idOrName: "web" }, { ...variable, key: "OF_BRANCH", gitBranch: "feature" }),
  [`${env}: the production branch of a preview's variable`]: () =>
    vercel(env, { idOrName: "connected" }, { ...variable, key: "OF_BRANCH", gitBranch: "main" }),
  [`${aliases}: a deployment that is not there`]: () => vercel(aliases, {}, { alias: "web.vercel.app" }),
  "any: too many calls": async () => {
    await cloud.faults.add({ cloud: "vercel", path: "**", kind: "status", status: 429, times: 1 });
    return vercel("GET /v9/projects/{idOrName}", { idOrName: "web" });
  },
  [`${aliases}: a deployment that is not ready`]: async () => {
    const made = await vercel("POST /v13/deployments", {}, { name: "web", files: [] });
    const { id = "" } = made.body as { id?: string };
    return vercel(aliases, { id }, { alias: "web.vercel.app" });
  },
  // These need a deployment that is.
  [`${aliases}: another account's name`]: "cloud/vercel/promotion.test.ts",
  "POST /v10/projects/{projectId}/promote/{deploymentId}: the deployment that is production":
    "cloud/vercel/vercel.test.ts",
};

it.each(emulated(vercelFacts.refusals).map((fact) => [rowOf(fact), fact] as const))(
  "%s",
  async (row, fact) => {
    const isMissing = fact.status === 404 && !(row in causes);
    const cause = isMissing ? () => vercel(fact.call) : causes[row];
    expect(cause, "a cause in this file, or notEmulated with the reason").toBeDefined();
    if (cause) await expectAsSeen(fact, cause);
  },
);
