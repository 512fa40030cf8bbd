import { describe, expect, it } from "vitest";
import type { CloudFetch } from "./cloud-fetch.ts";
import { cloudFetch } from "./cloud-fetch.ts";
import type { JsonCall } from "./json-api.ts";
import { jsonApi } from "./json-api.ts";

const access = { baseUrl: "http://cloud", token: "t0ken" };

/** Fly, with these answers one after the other; a number is a status, an error is a lost connection. */
function answering(...answers: (number | Error)[]): { fetcher: CloudFetch; calls: Request[] } {
  const calls: Request[] = [];
  const send: typeof fetch = async (input) => {
    calls.push(new Request(input));
    const answer = answers.shift();
    if (answer === undefined) throw new Error("one call more than expected");
    if (typeof answer !== "number") throw answer;
    return new Response(JSON.stringify({ error: `status ${String(answer)}` }), { status: answer });
  };
  return { fetcher: cloudFetch("fly", { send, pause: () => Promise.resolve() }), calls };
}

const lost = new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });

describe("jsonApi", () => {
  it.each<[string, JsonCall["method"], boolean | undefined, (number | Error)[], number]>([
    ["reads again after a lost connection", "GET", undefined, [lost, 200], 2],
    ["reads again after 5xx", "GET", undefined, [502, 500, 200], 3],
    ["sends a create again after 429, which did nothing", "POST", undefined, [429, 429, 200], 3],
    ["sends a create that may be repeated again after 503", "POST", true, [503, 200], 2],
    ["sends a create that may be repeated again after a lost connection", "POST", true, [lost, 200], 2],
  ])("%s", async (_name, method, repeatable, answers, expected) => {
    const { fetcher, calls } = answering(...answers);
    const call = { method, path: "/v1/x", ...(repeatable === undefined ? {} : { repeatable }) };
    await expect(jsonApi("fly", access, fetcher)(call)).resolves.toEqual({ error: "status 200" });
    expect(calls).toHaveLength(expected);
  });

  it.each<[string, JsonCall["method"], (number | Error)[], string]>([
    [
      "does not send a create again when its answer was lost",
      "POST",
      [lost],
      "fly did not answer POST /v1/x: ECONNRESET",
    ],
    ["does not send a create again after 503", "POST", [503], "fly answered 503 to POST /v1/x: status 503"],
    ["does not send a create again after 500", "POST", [500], "fly answered 500 to POST /v1/x: status 500"],
    ["does not repeat what was refused", "GET", [404], "fly answered 404 to GET /v1/x: status 404"],
    ["gives up after the fourth", "GET", [500, 500, 500, 500], "fly answered 500 to GET /v1/x: status 500"],
  ])("%s", async (_name, method, answers, message) => {
    const { fetcher } = answering(...answers);
    await expect(jsonApi("fly", access, fetcher)({ method, path: "/v1/x" })).rejects.toThrow(message);
  });

  it("never names the token in an error", async () => {
    const { fetcher, calls } = answering(401);
    const failure: unknown = await jsonApi(
      "fly",
      access,
      fetcher,
    )({ method: "GET", path: "/" }).catch((error: unknown) => error);
    expect(calls[0]?.headers.get("authorization")).toBe("Bearer t0ken");
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain("t0ken");
  });
});
