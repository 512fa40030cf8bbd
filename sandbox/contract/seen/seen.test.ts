import { describe, expect, it } from "vitest";
import type { CloudName } from "../../cloud/emulator.ts";
import { nameOf } from "../call.ts";
import { contracts } from "../index.ts";
import { openCheckSeen } from "./check-seen.ts";
import { linesOf, type CloudFacts } from "./facts.ts";
import { treeOf } from "./field-tree.ts";
import { facts } from "./index.ts";

const clouds = Object.entries(facts) as [CloudName, CloudFacts][];
const lines = clouds.flatMap(([cloud, each]) => linesOf(cloud, each));

describe("the table of what real clouds were seen to answer", () => {
  it("has 300 facts and more, of each cloud that a rollout writes to", () => {
    const count = (cloud: CloudName): number => lines.filter((line) => line.cloud === cloud).length;
    expect(lines.length).toBeGreaterThanOrEqual(300);
    for (const cloud of ["neon", "fly", "vercel", "github"] as const)
      expect(count(cloud)).toBeGreaterThan(50);
  });

  it("names calls of the table of calls alone", () => {
    for (const [cloud, { answers, refusals }] of clouds) {
      const known = ["any", ...contracts[cloud].calls.map(nameOf)];
      const named = [...answers, ...refusals].map(({ call }) => call);
      expect(named.filter((call) => !known.includes(call))).toEqual([]);
    }
  });

  it("names a repository, and a path or an issue in it, for each fact", () => {
    const one = /^[\w.-]+\/[\w.-]+(#\d+| [\w./-]+|$)/;
    const parts = lines.flatMap(({ source }) => source.split(/, |; /));
    // A path without a repository is in the one before; what follows a semicolon describes the source.
    const isFine = (part: string): boolean => one.test(part) || /^[\w./-]+\.\w+$|^the status is/.test(part);
    expect([...new Set(parts)].filter((part) => !isFine(part))).toEqual([]);
  });

  it("can be read", () => {
    for (const [, { answers }] of clouds)
      for (const { fields } of answers) expect(() => treeOf(fields)).not.toThrow();
    expect(() => treeOf({ "a.b": "text" })).toThrow("a.b has the type text, expected string, integer");
  });
});

describe("the check of answers against what was seen", () => {
  const call = contracts.neon.calls[0];
  if (!call) throw new Error("Neon has no calls");
  const name = nameOf(call);
  const fields = {
    id: "string",
    "note?": "string | null",
    state: "string: init, ready",
    units: "number",
    items: "array",
    "items[].id": "integer",
  };
  const check = openCheckSeen({
    answers: [{ call: name, status: 200, source: "a/b c", fields }],
    refusals: [
      {
        call: "any",
        when: "a name that is taken",
        status: 409,
        code: "TAKEN",
        message: /taken/,
        source: "a/b c",
      },
    ],
    headers: [{ header: "x-request", source: "a/b c" }],
  });
  const body = { id: "1", state: "init", units: 2, items: [{ id: 1 }] };
  const checked = (status: number, answer: unknown, headers: Record<string, string> = { "x-request": "1" }) =>
    check(call, {
      ...{ cloud: "neon", method: "GET", path: "/", query: "", requestBody: undefined },
      ...{ status, body: answer, headers: new Headers(headers) },
    });

  it("passes an answer that was seen, with a field or without one that was seen missing", () => {
    expect(checked(200, body)).toEqual([]);
    expect(checked(200, { ...body, note: null, other: 1, units: 0.25 })).toEqual([]);
  });

  it.each([
    ["a missing field", { ...body, id: undefined }, "id is missing, which the real answer always had"],
    ["null where none was seen", { ...body, id: null }, "id is null, and was seen as string"],
    ["another type", { ...body, items: [{ id: "1" }] }, "items.0.id is string, and was seen as integer"],
    ["a new word", { ...body, state: "gone" }, "state has a word that was never seen, only init, ready"],
  ])("finds %s", (_, answer, finding) => {
    expect(checked(200, JSON.parse(JSON.stringify(answer)))).toEqual([finding]);
  });

  it("finds another status, and a header that each answer has", () => {
    expect(checked(201, body)).toEqual(["status 201, and the real one was seen to answer 200"]);
    expect(checked(200, body, {})).toEqual(["the header x-request is missing, which each real answer has"]);
  });

  it("finds a refusal with the message of a seen one and another status or code", () => {
    const error = { code: "TAKEN", message: "the name is taken" };
    expect(checked(409, error)).toEqual([]);
    expect(checked(400, { error })).toEqual(['status 400 for "a name that is taken", which is 409']);
    expect(checked(409, { error: "taken" })).toEqual([
      'code "" for "a name that is taken", which is "TAKEN"',
    ]);
  });
});
