import { beforeEach, describe, expect, it } from "vitest";
import { useTestRailway } from "../test-railway.ts";
import { provider } from "./variables.ts";

const railway = useTestRailway((reset) => beforeEach(reset));
const news = {
  project: "p",
  environment: "e",
  serviceId: "s",
  service: "shop",
  values: { URL: "one", KEY: "two" },
};

describe("the variables of a service", () => {
  it("replace all that were there, without a deployment of the image before", async () => {
    railway.variables = { OLD: "0" };
    const { outputs } = await provider.create(news, railway.context);
    expect(railway.variables).toEqual(news.values);
    expect(railway.writes()).toMatchObject([{ variables: { input: { replace: true, skipDeploys: true } } }]);
    expect(Date.parse(outputs.version)).not.toBeNaN();
  });

  it("are compared on a refresh by name, without Railway's own and without a value", async () => {
    const { outputs } = await provider.create(news, railway.context);
    expect((await provider.read("s", outputs, railway.context))?.changedOutOfBand).toEqual([]);
    railway.variables = { URL: "other", NEW: "three" };
    expect((await provider.read("s", outputs, railway.context))?.changedOutOfBand).toEqual([
      "URL has another value",
      "KEY was removed",
      "NEW was added",
    ]);
  });

  it("are gone where the service is, whose deletion is no failure", async () => {
    const { outputs } = await provider.create(news, railway.context);
    railway.answer = () => ({
      status: 200,
      body: { data: null, errors: [{ message: "Service not found" }] },
    });
    expect(await provider.read("s", outputs, railway.context)).toBeUndefined();
    await provider.delete?.("s", outputs, railway.context);
  });

  it("report Railway's own words where it refuses them", async () => {
    railway.answer = () => ({ status: 200, body: { data: null, errors: [{ message: "Not Authorized" }] } });
    await expect(provider.create(news, railway.context)).rejects.toThrow(
      "railway refused variableCollectionUpsert: Not Authorized. The token is not for this project",
    );
  });
});
