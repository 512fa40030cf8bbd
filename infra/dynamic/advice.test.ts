import { expect, it } from "vitest";
import type { FailedAnswer } from "./advice.ts";
import { advice } from "./advice.ts";

const plan = /^That is a limit of your plan or account at/;
const day = /^That limit of your plan ends at the time that/;
const often = /^It was asked too often; wait a minute/;
const room =
  /^Fly\.io has no room for such a machine there at the moment\. Set other regions or another size/;
const right = /lacks the right for it/;
const unknown = /is not known; its own words are above/;

/** Bodies that were reported by users of the clouds, in short, and what helps. */
const table: readonly (readonly [FailedAnswer["cloud"], number, string, RegExp])[] = [
  ["vercel", 402, "Resource is limited - try again in 24 hours (more than 100)", day],
  ["vercel", 429, "Too many requests - try again in 24 hours (more than 5000)", day],
  ["vercel", 402, "Payment required", plan],
  ["vercel", 403, "Too many requests", often],
  ["vercel", 403, "Not authorized", right],
  ["vercel", 409, "conflict", /^Something else holds it/],
  ["fly", 412, "insufficient resources to create machine", room],
  ["fly", 503, "insufficient_capacity", room],
  ["fly", 409, "insufficient resources available to fulfill request: could not reserve resource", room],
  [
    "fly",
    412,
    "min_secrets_version 7 is not yet available on this app",
    /^Fly\.io has not spread the app's new secrets/,
  ],
  ["fly", 412, "unable to start machine from current state", unknown],
  ["fly", 403, "Your organization has reached its machine limit. Please contact billing", plan],
  ["fly", 422, "organization quota exceeded", plan],
  ["fly", 403, "forbidden", right],
  ["fly", 500, "internal", /^That is Fly\.io's own failure/],
  ["neon", 422, "branches limit exceeded", plan],
  ["neon", 412, "exceeded the limit of compute time", plan],
  ["neon", 423, "project already has running conflicting operations", /^Another operation is under way/],
  ["neon", 400, "invalid name", /^It does not take these values/],
  ["github", 403, "You have exceeded a secondary rate limit", often],
  ["github", 403, "Resource not accessible by personal access token", right],
  ["github", 404, "Not Found", /^It is not there, or GITHUB_TOKEN may not see it/],
  ["github", 418, "teapot", unknown],
];

it.each(table)("of %s with %d %j is true", (cloud, status, words, expected) => {
  expect(advice({ cloud, status, words })).toMatch(expected);
});

it("names the rights where the vendor does, and a limit where its headers do", () => {
  const answer = { cloud: "github", status: 403, words: "no" } as const;
  expect(advice({ ...answer, missingRight: "contents=write" })).toContain(
    "the right for it (contents=write)",
  );
  expect(advice({ ...answer, isRateLimit: true })).toMatch(often);
});
