import { afterEach, expect, it } from "vitest";
import { StepFailed } from "../dynamic/step-failed.ts";
import { useTestApi } from "../shared/test-api.ts";
import { providerIn } from "./dispatch.ts";

let isRefused = false;
const { access, calls } = useTestApi(() =>
  isRefused ? { status: 400, body: { error: { message: "no" } } } : { status: 200, body: {} },
);
const provider = providerIn(
  "vercel/project-settings",
  {
    context: {
      access: { neon: access, fly: { ...access, graphqlUrl: "" }, vercel: access, github: access },
      note: () => undefined,
    },
    enter: () => Promise.resolve(),
    enterDelete: () => undefined,
    failed: () => undefined,
  },
  () => undefined,
);
const settings = (nodeVersion: string) => ({
  ...{ projectId: "prj", team: "team", nodeVersion, autoAssignCustomDomains: false },
  ...{ gitDeployments: false, deploymentProtection: "none", __provider: "shim" },
});
afterEach(() => {
  isRefused = false;
  calls.length = 0;
});

it("keeps what an update attempted that failed after it had sent a change, and acts in either direction then", async () => {
  isRefused = true;
  const failed = await provider
    .update("prj", settings("22.x"), settings("24.x"))
    .catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(StepFailed);
  const { id, properties, message } = failed as StepFailed;
  expect([id, properties]).toEqual(["prj", { ...settings("24.x"), unfinished: true }]);
  expect(message).toMatch(/^Vercel answered 400 to PATCH \/v9\/projects\/prj: no\n/);

  isRefused = false;
  for (const next of [settings("22.x"), settings("24.x")]) {
    expect(await provider.diff("prj", properties, next)).toMatchObject({ changes: true, replaces: [] });
    const updated = await provider.update("prj", properties, next);
    expect(updated.outs).not.toHaveProperty("unfinished");
  }
});
