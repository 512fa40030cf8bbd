import { describe, expect, it } from "vitest";
import type { SeenEnvironment } from "./verdict.ts";
import { verdictOn } from "./verdict.ts";

const now = new Date("2026-03-01T12:00:00Z");
const wanted: SeenEnvironment = { pullRequest: "open", hasBranch: true, expiresAt: "2026-03-02T00:00:00Z" };

describe("the sweep of environments", () => {
  it.each<[string, Partial<SeenEnvironment>, boolean, string]>([
    ["leaves that of an open pull request", {}, false, "the pull request is open"],
    ["leaves one without an end", { expiresAt: undefined }, false, "the pull request is open"],
    ["takes that of a closed one", { pullRequest: "closed" }, true, "closed"],
    ["takes that of one that GitHub does not know", { pullRequest: "unknown" }, true, "no such pull request"],
    ["takes one that has expired", { expiresAt: "2026-03-01T12:00:00Z" }, true, "has expired"],
    ["takes one whose end cannot be read", { expiresAt: "soon" }, true, "has expired"],
    ["takes one whose branch Neon has deleted", { hasBranch: false }, true, "database branch is gone"],
    ["leaves one that is being rolled out", { hasBranch: false, atWork: "ada" }, false, "ada is at work"],
    ["leaves one that is being deleted", { pullRequest: "closed", atWork: "ada" }, false, "ada is at work"],
  ])("%s", (_name, seen, goes, because) => {
    const verdict = verdictOn({ ...wanted, ...seen }, now);
    expect(verdict.goes).toBe(goes);
    expect(verdict.because).toContain(because);
  });
});
