import { beforeEach, describe, expect, it } from "vitest";
import type { TestAnswer, TestCall } from "../shared/test-api.ts";
import { useTestApi } from "../shared/test-api.ts";
import { openVercel } from "./client.ts";
import { addDomain, removeDomain } from "./project-domain.ts";

const place = { team: "team_a", projectId: "prj_a", domain: "shop.example" };
const of = (verified: boolean): TestAnswer => ({
  status: 200,
  body: {
    ...{ name: place.domain, apexName: place.domain, projectId: place.projectId, verified },
    ...(verified
      ? {}
      : {
          verification: [{ type: "TXT", domain: "_vercel.shop.example", value: "vc=1", reason: "pending" }],
        }),
  },
});
const refused = (status: number): TestAnswer => ({ status, body: { error: { code: "no", message: "no" } } });

/** Answers of each kind of call, first to last; the last one stays. */
let answers: Record<string, TestAnswer[]>;
const kindOf = ({ method, url }: TestCall): string =>
  url.includes("/verify") ? "verify" : method === "GET" ? "get" : method === "POST" ? "add" : "remove";
const { access, calls } = useTestApi((call) => {
  const left = answers[kindOf(call)] ?? [];
  return (left.length > 1 ? left.shift() : left[0]) ?? refused(500);
});
beforeEach(() => (calls.length = 0));

const add = async (): Promise<void> => addDomain(place, await openVercel(access));
const kinds = (): readonly string[] => calls.map(kindOf);

describe("production's domain", () => {
  it("is added where the project lacks it, and not again", async () => {
    answers = { get: [refused(404)], add: [of(true)] };
    await add();
    expect(kinds()).toEqual(["get", "add"]);
    expect(calls[1]?.body).toEqual({ name: place.domain });
    answers = { get: [of(true)] };
    calls.length = 0;
    await add();
    expect(kinds()).toEqual(["get"]);
  });

  it("is there where the answer to an earlier try was lost", async () => {
    answers = { get: [refused(404), of(true)], add: [refused(400)] };
    await expect(add()).resolves.toBeUndefined();
  });

  it("is refused where another project has it, or the name is none", async () => {
    for (const status of [409, 400]) {
      answers = { get: [refused(404)], add: [refused(status)] };
      await expect(add()).rejects.toMatchObject({ statusCode: status });
    }
  });

  it("is reported with its DNS record where another team uses it", async () => {
    answers = { get: [of(false)], verify: [refused(400)] };
    await expect(add()).rejects.toThrow(
      "another Vercel team uses shop.example, and Vercel asks for proof that it is yours. " +
        "Add this DNS record, then run the command again: TXT _vercel.shop.example vc=1",
    );
  });

  it("is verified once its DNS record is there", async () => {
    answers = { get: [of(false), of(true)], verify: [of(true)] };
    await expect(add()).resolves.toBeUndefined();
  });

  it("is removed, also where it is gone", async () => {
    for (const answer of [{ status: 200, body: {} }, refused(404)]) {
      answers = { remove: [answer] };
      await expect(removeDomain(place, await openVercel(access))).resolves.toBeUndefined();
    }
  });
});
