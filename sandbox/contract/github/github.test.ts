import { describe, expect, it } from "vitest";
import { seenCall, useContract } from "../test-call.ts";

const secrets = "/api/v3/repos/atlaris/app/actions/secrets";
const secret = {
  name: "FLY_API_TOKEN",
  created_at: "2026-01-31T12:00:00Z",
  updated_at: "2026-01-31T12:00:00Z",
};
const refusal = { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" };

describe("the check of GitHub's answers", () => {
  const { check, contract } = useContract("github");

  it("passes an answer that is as documented, also one that refuses", () => {
    expect(check(`GET ${secrets}`, { body: { total_count: 1, secrets: [secret] } })).toEqual([]);
    expect(check(`DELETE ${secrets}/FLY_API_TOKEN`, { status: 204 })).toEqual([]);
    expect(check(`GET ${secrets}`, { status: 404, body: refusal })).toEqual([]);
  });

  it.each([
    [
      "a missing field",
      { total_count: 1, secrets: [{ ...secret, name: undefined }] },
      "secrets.0.name is missing",
    ],
    ["a wrong type", { total_count: "1", secrets: [] }, "total_count should be number"],
    [
      "a time that is none",
      { total_count: 1, secrets: [{ ...secret, updated_at: "now" }] },
      "secrets.0.updated_at should be a date-time",
    ],
    [
      "a field that GitHub does not have",
      { total_count: 1, secrets: [{ ...secret, value: "x" }] },
      "secrets.0.value is a field that the document does not know",
    ],
  ])("finds %s", (_, body, finding) => {
    const sent = JSON.parse(JSON.stringify(body)) as unknown;
    expect(check(`GET ${secrets}`, { body: sent })).toEqual([finding]);
  });

  it("knows which numbers are integers and which words a field has", () => {
    const statuses = "POST /repos/atlaris/app/deployments/1/statuses";
    const body = { id: 1.5, state: "done" };
    expect(check(statuses, { status: 201, body })).toEqual(
      expect.arrayContaining([
        "id should be integer",
        "state should be one of error, failure, inactive, pending, success, queued, in_progress",
      ]),
    );
  });

  it("finds a wrong status, a refusal without its text, and a request that was taken", () => {
    expect(check(`GET ${secrets}`, { status: 201, body: {} })).toEqual(["status 201 is not documented"]);
    expect(check(`GET ${secrets}`, { status: 401, body: { message: "Bad credentials" } })).toEqual([
      "documentation_url is missing",
    ]);
    const requestBody = { key_id: "1", encrypted_value: "YQ==", value: "clear" };
    expect(check(`PUT ${secrets}/KEY`, { status: 204, requestBody })).toEqual([
      "a request was taken although value is a field that the document does not know",
    ]);
  });

  it("finds a call that was answered and that no document has, and knows the plugin's ways to a call", () => {
    expect(check("GET /repos/atlaris/app/branches", { body: [] })).toEqual([
      "was answered, and sandbox/contract has no document for it",
    ]);
    const path = "GET /api/v3/repositories/1/environments/staging/secrets/public-key";
    expect(contract().callName(seenCall("github", path, {}))).toBe(
      "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets/public-key",
    );
  });
});
