import { describe, expect, it } from "vitest";
import { comparePreflight } from "./compare-answer.ts";
import { failureText } from "./failure.ts";

const origin = "https://app.example";
const asked = { path: "/", origin, method: "DELETE" as const, headers: ["Authorization", "x-one"] };

function texts(
  headers: Readonly<Record<string, string>>,
  rules: object = {},
  status = 204,
): readonly string[] {
  const answer = { url: "", status, text: "", bytes: 0, milliseconds: 0 };
  const named = Object.entries(headers).map(([name, value]): [string, string] => [
    `access-control-allow-${name}`,
    value,
  ]);
  const all = { allowed: true, credentials: false, ...rules };
  return comparePreflight(all, asked, { ...answer, headers: new Headers(named) }).map(failureText);
}

describe("a CORS preflight", () => {
  it.each([
    [{ origin, methods: "GET, DELETE", headers: "authorization, X-One" }],
    [{ origin: "*", methods: "*", headers: "*, Authorization" }],
  ])("is passed by %j, as in a browser", (headers) => {
    expect(texts(headers)).toEqual([]);
    expect(texts(headers, { allowed: false })).toEqual([
      "preflight: expected a refusal of DELETE from https://app.example, found that a browser may send it",
    ]);
  });

  it.each<[object, readonly string[]]>([
    [
      { origin: "https://other.example", methods: "DELETE", headers: "*, authorization" },
      ['header access-control-allow-origin: expected https://app.example, found "https://other.example"'],
    ],
    [
      { origin, methods: "GET", headers: "authorization,x-one" },
      ['header access-control-allow-methods: expected DELETE, found "GET"'],
    ],
    // The one header that a star does not stand for.
    [
      { origin, methods: "DELETE", headers: "*" },
      ['header access-control-allow-headers: expected Authorization, found "*"'],
    ],
    [
      {},
      [
        "header access-control-allow-origin: expected https://app.example, found nothing",
        "header access-control-allow-methods: expected DELETE, found nothing",
        "header access-control-allow-headers: expected Authorization, x-one, found nothing",
      ],
    ],
  ])("is refused by %j", (headers, failures) => {
    expect(texts(headers as Record<string, string>)).toEqual(failures);
    expect(texts(headers as Record<string, string>, { allowed: false })).toEqual([]);
  });

  it("takes no star where cookies are sent, and no status but 2xx", () => {
    const all = { origin: "*", methods: "*", headers: "*" };
    expect(texts(all, { credentials: true })).toHaveLength(4);
    const exact = { origin, methods: "DELETE", headers: "authorization,x-one", credentials: "true" };
    expect(texts(exact, { credentials: true })).toEqual([]);
    expect(texts(exact, {}, 302)).toEqual(["status: expected 200 to 299, found 302"]);
  });
});
