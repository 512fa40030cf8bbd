import { describe, expect, it } from "vitest";
import { seenCall, useContract } from "../test-call.ts";

const time = "2026-01-31T12:00:00.000Z";
const machine = {
  ...{ id: "0bd164daca0dfe", name: "sandbox-1", state: "started", region: "fra", instance_id: "01M7ZADQ" },
  ...{ private_ip: "127.0.0.1", created_at: time, updated_at: time },
  config: {
    image: "registry.fly.io/app:1",
    env: { LOG: "1" },
    stop_config: { signal: "SIGTERM", timeout: "30s" },
  },
  image_ref: {
    ...{ registry: "registry.fly.io", repository: "app", tag: "1", labels: {} },
    digest: `sha256:${"0".repeat(64)}`,
  },
  events: [],
};
const path = "/v1/apps/atlaris/machines/0bd164daca0dfe";

describe("the check of Fly's answers", () => {
  const { check, contract } = useContract("fly");

  it("passes an answer that is as documented, also one that refuses", () => {
    expect(check(`GET ${path}`, { body: machine })).toEqual([]);
    expect(check("DELETE /v1/apps/atlaris", { status: 202 })).toEqual([]);
    expect(check("POST /v1/apps", { status: 422, body: { error: "taken", status: "name_taken" } })).toEqual(
      [],
    );
    const body = { data: { appcompact: { id: "atlaris", organization: { slug: "personal" } } } };
    expect(check("POST /graphql", { body, requestBody: { query: "query { app }" } })).toEqual([]);
  });

  it.each([
    ["a missing field", { ...machine, instance_id: undefined }, "instance_id is missing"],
    ["a wrong type", { ...machine, id: 5 }, "id should be string"],
    ["a time that is none", { ...machine, created_at: "now" }, "created_at should be a date-time"],
    [
      "a field that Fly does not have",
      { ...machine, port: 1 },
      "port is a field that the document does not know",
    ],
    [
      "a word that a field does not have",
      { ...machine, host_status: "fine" },
      "host_status should be one of ok, unknown, unreachable",
    ],
    [
      "a field that a machine's config does not have",
      { ...machine, config: { memory: 1 } },
      "config.memory is a field that the document does not know",
    ],
  ])("finds %s", (_, body, finding) => {
    expect(check(`GET ${path}`, { body: JSON.parse(JSON.stringify(body)) as unknown })).toEqual([finding]);
  });

  it("finds a wrong status, a refusal in another form, and an answer to what the sandbox declares that it lacks", () => {
    expect(check(`GET ${path}`, { status: 201, body: machine })).toEqual(["status 201 is not documented"]);
    expect(check(`GET ${path}`, { status: 404, body: { message: "no" } })).toEqual([
      "error is missing",
      "message is a field that the document does not know",
    ]);
    expect(check(`POST ${path}/exec`, { status: 200, body: {} })).toEqual(["status 200 is not documented"]);
  });

  it("finds a request that was taken although Fly would refuse it", () => {
    const requestBody = { config: { image: "registry.fly.io/app:1" }, size: "big" };
    expect(check(`POST ${path}`, { requestBody, body: machine })).toEqual([
      "a request was taken although size is a field that the document does not know",
    ]);
  });

  it("finds a fault in an answer to a query, by the schema's own names", () => {
    const body = { data: { app: { currentRelease: { version: "v1" } } }, extensions: {} };
    expect(check("POST /graphql", { body })).toEqual([
      expect.stringContaining("data.app.currentRelease.version should be integer") as string,
      "extensions is a field that the document does not know",
    ]);
  });

  it("finds a call that was answered and that no document has, and names the sandbox's own", () => {
    expect(check("GET /v1/platform/placements", { body: {} })).toEqual([
      "was answered, and sandbox/contract has no document for it",
    ]);
    const own = seenCall("fly", "POST /sandbox/builds", { body: "anything" });
    expect(contract().callName(own)).toBe("POST /sandbox/builds");
    expect(contract().check(own)).toEqual([]);
  });
});
