import { expect, it } from "vitest";
import { environments } from "../environments.ts";
import { namesInClouds } from "./names-in-clouds.ts";
import { shopFile, shopSettings } from "../settings/test-application.ts";

function secretsOf(stack: "staging" | "prod", tokenSecrets?: string) {
  const settings = shopSettings(stack, {
    github: { ...(shopFile(stack)["github"] as object), tokenSecrets },
  });
  const kind = environments[stack] ?? expect.fail(`there is no stack ${stack}`);
  const { github } = namesInClouds(kind, settings, { variables: { web: {}, workers: {} } }) ?? {};
  return { environment: github?.environmentSecrets, repository: github?.secrets };
}

const ids = ["VERCEL_ORG_ID", "VERCEL_PROJECT_ID"];
const tokens = ["FLY_API_TOKEN", "VERCEL_TOKEN"];

it("keeps the tokens in the repository, by staging alone, by default", () => {
  const own = ["DATABASE_URL_STAGING", "SMOKE_TEST_API_KEY"];
  expect(secretsOf("staging")).toEqual({ environment: own, repository: [...tokens, ...ids] });
  expect(secretsOf("prod")).toEqual({
    environment: ["DATABASE_URL_PROD", "SMOKE_TEST_API_KEY"],
    repository: [],
  });
});

it("keeps them in each GitHub environment with the setting, and in the repository none", () => {
  const own = ["DATABASE_URL_STAGING", "SMOKE_TEST_API_KEY", ...tokens];
  expect(secretsOf("staging", "environment")).toEqual({ environment: own, repository: ids });
  expect(secretsOf("prod", "environment")).toEqual({
    environment: ["DATABASE_URL_PROD", "SMOKE_TEST_API_KEY", ...tokens],
    repository: [],
  });
});
