import { beforeEach, expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { useTestApi } from "../../shared/test-api.ts";
import { provider } from "./app-secrets.ts";

let secrets: Record<string, string> = {};
const { access, calls } = useTestApi(({ method, body }) => {
  if (method === "POST") {
    const { values } = body as { readonly values: Readonly<Record<string, string | null>> };
    const set = Object.entries({ ...secrets, ...values }).filter(([, value]) => value !== null);
    secrets = Object.fromEntries(
      set.map(([name, value]) => [name, name in values ? `digest of ${value ?? ""}` : (value ?? "")]),
    );
    return { status: 200, body: { version: 2 } };
  }
  const list = Object.entries(secrets).map(([name, digest]) => ({ name, digest }));
  return { status: 200, body: { secrets: list } };
});
const context = (): ProviderContext => ({
  note: () => undefined,
  access: { neon: access, vercel: access, github: access, fly: { ...access, graphqlUrl: access.baseUrl } },
});
const wanted = { app: "shop", values: { DATABASE_URL: "ours" } };

beforeEach(() => {
  secrets = { STRIPE_KEY: "digest of theirs", DATABASE_URL: "digest of before" };
  calls.length = 0;
});

it("sets what is declared in an app that was adopted, and keeps what it had, also when that is changed later", async () => {
  const adopted = await provider.adopt?.("shop", { app: "shop", values: {} }, context());
  expect(calls.map(({ method }) => method)).toEqual(["GET"]);
  if (!adopted || !provider.update) throw new Error("the provider cannot adopt");

  const updated = await provider.update("shop", adopted, wanted, context());
  expect(secrets).toEqual({ STRIPE_KEY: "digest of theirs", DATABASE_URL: "digest of ours" });

  secrets["STRIPE_KEY"] = "digest of another";
  expect(await provider.read("shop", updated, context())).toMatchObject({ changedOutOfBand: [] });
  secrets["ADDED"] = "digest of more";
  secrets["DATABASE_URL"] = "digest of a third";
  expect(await provider.read("shop", updated, context())).toMatchObject({
    changedOutOfBand: ["DATABASE_URL has another value", "ADDED was added"],
  });
  await provider.update("shop", updated, wanted, context());
  expect(Object.keys(secrets).sort()).toEqual(["DATABASE_URL", "STRIPE_KEY"]);
});

it("deletes what is not declared in an app of its own", async () => {
  await provider.create(wanted, context());
  expect(Object.keys(secrets)).toEqual(["DATABASE_URL"]);
});
