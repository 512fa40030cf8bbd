import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { open } from "../../cloud/fly/index.ts";
import { openTestCloud, type TestCloud } from "../../cloud/test-context.ts";
import { flyFacts } from "./index.ts";
import { ask, type Answer, type Cause, emulated, expectAsSeen, rowOf } from "./test-refusals.ts";

let cloud: TestCloud;
const app_name = "worker";

beforeAll(async () => {
  cloud = await openTestCloud("fly", open);
  await fly("POST /v1/apps", {}, { name: app_name, org_slug: "personal" });
  // Fly shows a new app after a moment (superfly/flyctl#3105).
  await vi.waitUntil(async () => (await fly("GET /v1/apps/{app_name}", { app_name })).status === 200, {
    timeout: 60_000,
  });
});
afterAll(() => cloud.close());

const app = "/v1/apps/{app_name}";
const machine = `${app}/machines/{machine_id}`;

const fly = (
  call: string,
  variables: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<Answer> => ask(cloud, call, variables, body === undefined ? {} : { body });

const bodies: Readonly<Record<string, unknown>> = {
  [`POST ${app}/machines`]: { config: { image: "registry.fly.io/worker:one" } },
  [`POST ${app}/secrets`]: { values: { A: "b" } },
  [`POST ${machine}`]: { config: { image: "registry.fly.io/worker:one" } },
};

const causes: Readonly<Record<string, Cause>> = {
  "POST /v1/apps: a name that an app has": () =>
    fly("POST /v1/apps", {}, { name: app_name, org_slug: "personal" }),
  [`POST ${app}/machines: no capacity in the region`]: async () => {
    await cloud.account.set("fly.full", "ams");
    return fly(
      `POST ${app}/machines`,
      { app_name },
      { region: "ams", config: { image: "registry.fly.io/worker:one" } },
    );
  },
  // These need a machine, and so an image.
  [`POST ${machine}/start: a machine that was just created`]: "cloud/fly/lag.test.ts",
  [`POST ${machine}/start: a machine that is being replaced`]: "cloud/fly/lag.test.ts",
  [`POST ${machine}/start: a machine whose program has just ended`]: "cloud/fly/lag.test.ts",
  [`GET ${machine}/wait: a state that is not reached in time`]: "cloud/fly/machines.test.ts",
  "any: a machine whose lease another has": "cloud/fly/machines.test.ts",
  [`POST ${app}/machines: a name that a machine has`]: "cloud/fly/machines.test.ts",
};

it.each(emulated(flyFacts.refusals).map((fact) => [rowOf(fact), fact] as const))("%s", async (row, fact) => {
  const { call, when, status } = fact;
  const isMissing = status === 404 && !(row in causes);
  const there = /^an app/.test(when) ? {} : { app_name };
  const cause = isMissing ? () => fly(call, there, bodies[call]) : causes[row];
  expect(cause, "a cause in this file, or notEmulated with the reason").toBeDefined();
  if (cause) await expectAsSeen(fact, cause);
});
