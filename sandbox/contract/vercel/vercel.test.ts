import { describe, expect, it } from "vitest";
import { seenCall, useContract } from "../test-call.ts";

const aliases = "GET /v2/deployments/dpl_1/aliases";
const alias = { uid: "2Wq", alias: "a.vercel.app", created: "2026-01-31T12:00:00.000Z", redirect: null };

describe("the check of Vercel's answers", () => {
  const { check, contract } = useContract("vercel");

  it("passes an answer that is as documented, also one that refuses", () => {
    expect(check(aliases, { body: { aliases: [alias] } })).toEqual([]);
    expect(check("POST /v10/projects/p/promote/d", { status: 201 })).toEqual([]);
    const body = { error: { code: "missing_files", message: "Missing files", missing: ["5ba9"] } };
    expect(check("POST /v13/deployments", { status: 400, body })).toEqual([]);
  });

  it.each([
    [
      "a missing field",
      { aliases: [{ alias: alias.alias, created: alias.created }] },
      "aliases.0.uid is missing",
    ],
    ["a wrong type", { aliases: [{ ...alias, uid: 5 }] }, "aliases.0.uid should be string"],
    ["nothing where a list belongs", { aliases: null }, "aliases should be array"],
    [
      "a field that the SDK would drop",
      { aliases: [{ ...alias, createdAt: 5 }] },
      "aliases.0.createdAt is a field that the document does not know",
    ],
  ])("finds %s, which the SDK itself reads as it is", (_, body, finding) => {
    expect(check(aliases, { body })).toEqual([finding]);
  });

  it("checks each entry of an answer that is a list, and of the lists in it", () => {
    const files = "GET /v6/deployments/dpl_1/files";
    const file = { name: "a.js", type: "file", mode: 33188, uid: "5ba9" };
    const folder = { name: "src", type: "directory", mode: 16877, children: [file] };
    expect(check(files, { body: [folder] })).toEqual([]);
    expect(check(files, { body: { files: [folder] } })).toEqual(["the body should be array"]);
    expect(check(files, { body: [{ ...folder, children: [{ ...file, size: 5 }] }] })).toEqual([
      "0.children.0.size is a field that the document does not know",
    ]);
  });

  it("reports of an answer that has several forms what is missing to the nearest", () => {
    expect(check("GET /v10/projects/p/env", { body: { envs: [] } })).toEqual([
      expect.stringMatching(
        /^the body has none of the 3 documented forms; to the nearest: \w+ is missing$/,
      ) as string,
    ]);
  });

  it("checks what the vendor's command line alone asks for", () => {
    const log = { type: "stdout", created: 1, date: 1, deploymentId: "dpl_1", id: "1", serial: "0" };
    const info = { type: "build", name: "bld_1" };
    const events = "GET /v3/now/deployments/dpl_1/events?format=lines";
    expect(check(events, { body: [{ ...log, info }] })).toEqual([]);
    expect(check(events, { body: [{ ...log, payload: {} }] })).toEqual([
      "0.info is missing",
      "0.payload is a field that the document does not know",
    ]);
  });

  it("finds a wrong status, a body where there is none, and a refusal in another form", () => {
    expect(check(aliases, { status: 202, body: { aliases: [] } })).toEqual(["status 202 is not documented"]);
    expect(check("DELETE /v9/projects/p", { status: 204, body: {} })).toEqual(["the body should be empty"]);
    expect(check(aliases, { status: 404, body: { message: "Not Found" } })).toEqual([
      "error is missing",
      "message is a field that the document does not know",
    ]);
  });

  it("finds a call that was answered and that no document has, and knows older versions of a path", () => {
    expect(check("GET /v1/nothing", { body: {} })).toEqual([
      "was answered, and sandbox/contract has no document for it",
    ]);
    const rollback = seenCall("vercel", "POST /v9/projects/p/rollback/d", { status: 201 });
    expect(contract().callName(rollback)).toBe("POST /v1/projects/{projectId}/rollback/{deploymentId}");
    expect(contract().check(rollback)).toEqual([]);
  });
});
