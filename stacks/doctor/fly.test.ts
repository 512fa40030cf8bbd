import { beforeEach, describe, expect, it } from "vitest";
import type { TestAnswer } from "@rollout/infra/shared/test-api";
import { useTestApi } from "@rollout/infra/shared/test-api";
import type { EnvironmentKind } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";
import type { Checked } from "./check.ts";
import { examine } from "./check.ts";
import type { DoctorContext } from "./context.ts";
import { flyChecks } from "./fly.ts";

const refused: TestAnswer = { status: 403, body: { error: "forbidden" } };
const tokensPath = "/v1/tokens/current";
const ofOrganization = { status: 200, body: { tokens: [{ org_slug: "shop" }] } };
const ofWorker = { status: 200, body: { tokens: [{ org_slug: "shop", apps: ["worker"] }] } };

/** What Fly answers, by path; a 200 by default. */
let answers: Readonly<Record<string, TestAnswer>> = {};
const { access } = useTestApi(({ url }) => answers[url.split("?")[0] ?? ""] ?? { status: 200 });

beforeEach(() => {
  answers = {};
});

async function look(name: string, makesShared = true, only?: string): Promise<Checked | undefined> {
  const apps = { worker: "worker", mailer: "mailer" };
  const context: DoctorContext = {
    ...{ stack: "staging", commit: undefined, regions: [], variables: { web: {}, workers: {} } },
    kind: { makesShared } as EnvironmentKind,
    settings: { fly: { organization: "shop", apps, imageApp: "images" }, only } as unknown as Settings,
    access: { neon: access, vercel: access, github: access, fly: { ...access, graphqlUrl: access.baseUrl } },
  };
  const checks = flyChecks(context).filter((check) => check.name === name);
  return (await examine(checks, 10_000))[0];
}

describe("an app that Fly refuses to show", () => {
  it("has the name of another organization where the token is for all apps", async () => {
    answers = { "/v1/apps/worker": refused, [tokensPath]: ofOrganization };
    const found = await look("Fly app worker");
    expect(found).toMatchObject({ verdict: "fails" });
    expect(found?.stops).toBe("forward");
  });

  it("stops no rollout where the token is for other apps", async () => {
    answers = { "/v1/apps/mailer": refused, [tokensPath]: ofWorker };
    expect(await look("Fly app mailer")).toMatchObject({ verdict: "fails", stops: "none" });
  });

  it.each([
    ["refuses to say", { status: 404 }],
    ["does not say", { status: 200, body: { tokens: [] } }],
  ])("is not known where Fly %s what the token is for", async (_how, answer) => {
    answers = { "/v1/apps/worker": refused, [tokensPath]: answer };
    expect(await look("Fly app worker")).toMatchObject({ verdict: "unknown" });
  });
});

describe("the app of the images", () => {
  it("stops the stack that makes it, and no other", async () => {
    answers = { "/v1/apps/images": refused, [tokensPath]: ofOrganization };
    expect((await look("Fly app images"))?.stops).toBe("forward");
    expect(await look("Fly app images", false)).toMatchObject({ verdict: "fails", stops: "none" });
  });

  it("is needed by the token of the stack that makes it", async () => {
    answers = { "/v1/apps": refused, "/v1/apps/images": refused, [tokensPath]: ofWorker };
    expect((await look("Fly token"))?.stops).toBe("forward");
  });

  it("is not needed by a rollback, unlike those of the workers", async () => {
    answers = { "/v1/apps": refused, "/v1/apps/mailer": refused, [tokensPath]: ofWorker };
    expect((await look("Fly token"))?.stops).toBe("every");
    expect((await look("Fly token", true, "web"))?.stops).toBe("forward");
  });

  it("is needed by the token of no other stack", async () => {
    answers = { "/v1/apps": refused, "/v1/apps/images": refused, [tokensPath]: ofWorker };
    expect(await look("Fly token", false)).toMatchObject({ verdict: "fails", stops: "none" });
  });
});
