import { beforeEach, describe, expect, it } from "vitest";
import { useTestRailway } from "@rollout/infra/railway/test-railway";
import { kindOf } from "../environments.ts";
import { shopSettings } from "../settings/test-application.ts";
import type { Checked } from "./check.ts";
import { examine } from "./check.ts";
import { railwayChecks } from "./railway.ts";

const railway = useTestRailway((reset) => beforeEach(reset));
const settings = { project: "p", environment: "e", services: { worker: "shop-worker" } };

async function look(
  more: Readonly<Record<string, unknown>>,
  changed: object = {},
): Promise<readonly Checked[]> {
  const kind = kindOf("staging");
  if (!kind) throw new Error("no environment staging");
  const { access } = railway.context;
  const checks = railwayChecks({
    ...{ stack: "staging", commit: undefined, regions: [], variables: { web: {}, workers: {} }, kind },
    settings: shopSettings("staging", more),
    access: { ...access, ...(access.railway ? { railway: { ...access.railway, ...changed } } : {}) },
  });
  return examine(checks, 10_000);
}

const onRailway = { railway: settings, workers: { worker: { host: "railway" } } };
/** Railway's answer where a project has these services. */
const withServices = (...names: readonly string[]): void => {
  const edges = names.map((name) => ({ node: { id: `id-${name}`, name } }));
  railway.answer = (name) => {
    if (name === "project") return { status: 200, body: { data: { project: { services: { edges } } } } };
    return name === "environment" ? { status: 200, body: { data: { environment: { id: "e" } } } } : undefined;
  };
};

describe("doctor at Railway", () => {
  it("looks at nothing where no worker has a service there", async () => {
    expect(await look({})).toEqual([]);
  });

  it("finds what a rollout needs: token, the images' token, and whether the service is there", async () => {
    withServices("shop-worker");
    expect(await look(onRailway)).toMatchObject([
      { name: "Railway token", verdict: "holds" },
      { name: "Railway image token", verdict: "holds" },
      { name: "Railway service shop-worker", verdict: "holds", found: "is there" },
    ]);
    withServices("another");
    expect((await look(onRailway)).at(-1)).toMatchObject({
      found: "is not there yet: the rollout creates it",
    });
    expect(railway.writes()).toEqual([]);
  });

  it("names a token that Railway refuses, which stops every rollout", async () => {
    railway.answer = () => ({ status: 200, body: { data: null, errors: [{ message: "Not Authorized" }] } });
    const [token] = await look({ railway: settings });
    expect(token).toMatchObject({ name: "Railway token", verdict: "fails", stops: "every" });
    expect(token?.fix).toContain("RAILWAY_API_TOKEN");
  });

  it("names the missing token of the images where a worker runs there, and not before", async () => {
    withServices("shop-worker");
    const without = { registryToken: undefined };
    const found = await look(onRailway, without);
    expect(found.find(({ name }) => name === "Railway image token")).toMatchObject({
      ...{ verdict: "fails", stops: "every" },
      fix: expect.stringContaining("fly tokens create deploy --app shop-images") as string,
    });
    expect((await look({ railway: settings }, without)).map(({ name }) => name)).not.toContain(
      "Railway image token",
    );
  });
});
