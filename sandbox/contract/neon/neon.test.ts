import { describe, expect, it } from "vitest";
import { seenCall, useContract } from "../test-call.ts";

const count = "GET /api/v2/projects/p-1/branches/count";
const roles = "/api/v2/projects/p-1/branches/br-1/roles";
const role = {
  branch_id: "br-1",
  name: "app",
  protected: false,
  authentication_method: "password",
  created_at: "2026-01-31T12:00:00Z",
  updated_at: "2026-01-31T12:00:00Z",
};

describe("the check of Neon's answers", () => {
  const { check, contract } = useContract("neon");

  it("passes an answer that is as documented, also one that refuses", () => {
    expect(check(count, { body: { count: 2 } })).toEqual([]);
    expect(check(`GET ${roles}`, { body: { roles: [role] } })).toEqual([]);
    expect(check(`DELETE ${roles}/app`, { status: 204 })).toEqual([]);
    expect(check(count, { status: 404, body: { code: "", message: "project not found" } })).toEqual([]);
  });

  it.each([
    [
      "a missing field",
      { body: { roles: [{ ...role, branch_id: undefined }] } },
      "roles.0.branch_id is missing",
    ],
    ["a wrong type", { body: { roles: [{ ...role, name: 5 }] } }, "roles.0.name should be string"],
    [
      "a field that Neon does not have",
      { body: { roles: [{ ...role, owner: "me" }] } },
      "roles.0.owner is a field that the document does not know",
    ],
    [
      "a time that is none",
      { body: { roles: [{ ...role, created_at: "yesterday" }] } },
      'roles.0.created_at must match format "date-time"',
    ],
    ["no body", { body: undefined }, "the body should be object"],
    ["a refusal without its text", { status: 423, body: { code: "" } }, "message is missing"],
  ])("finds %s", (_, answer, finding) => {
    const { body } = answer as { body: unknown };
    const sent = body === undefined ? undefined : (JSON.parse(JSON.stringify(body)) as unknown);
    expect(check(`GET ${roles}`, { ...answer, body: sent })).toEqual([finding]);
  });

  it("finds a body where there is none, and one that is not there where there is one", () => {
    expect(check(`DELETE ${roles}/app`, { status: 204, body: { role } })).toEqual([
      "the body should be empty",
    ]);
    expect(check(`POST ${roles}`, { status: 201, requestBody: { role: { name: "app" } } })).toEqual([
      "the body should be object",
    ]);
  });

  it("finds a request that was taken although Neon would refuse it, and lets one be that was refused", () => {
    const requestBody = { role: { name: "app", superuser: true } };
    const body = { role, operations: [] };
    const finding =
      "a request was taken although requestBody.role.superuser is a field that the document does not know";
    expect(check(`POST ${roles}`, { status: 201, requestBody, body })).toEqual([finding]);
    const refused = { status: 400, requestBody, body: { code: "", message: "unknown field" } };
    expect(check(`POST ${roles}`, refused)).toEqual([]);
    expect(check(`${count}?lmit=1`, { body: { count: 2 } })).toEqual([
      "a request was taken although query.lmit is a field that the document does not know",
    ]);
  });

  it("finds a call that was answered and that no document has", () => {
    expect(check("GET /api/v2/branches", { body: {} })).toEqual([
      "was answered, and sandbox/contract has no document for it",
    ]);
    expect(contract().callName(seenCall("neon", "GET /api/v2/branches", {}))).toBeUndefined();
    expect(contract().callName(seenCall("neon", count, {}))).toBe(
      "GET /projects/{project_id}/branches/count",
    );
  });
});
