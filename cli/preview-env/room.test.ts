import { describe, expect, it } from "vitest";
import { roomFault } from "./room.ts";

const named = (pullRequest: number, goes: boolean) => ({ pullRequest, verdict: { goes, because: "" } });
const full = { branches: 10, limit: 10 };

describe("the room for one more branch", () => {
  it.each([
    ["there is room", { branches: 9, limit: 10 }, undefined],
    ["the environment has its branch already", full, { hasBranch: true }],
    ["the plan sets no limit, or there is no project yet", { branches: 10, limit: undefined }, undefined],
  ])("is no fault where %s", (_name, room, before) => {
    expect(roomFault({ found: [named(7, true)], room }, before)).toBeUndefined();
  });

  it.each([
    [
      "what a sweep would take",
      [named(7, true), named(8, false)],
      "takes pr-7 away: bin/rollout preview-env sweep",
    ],
    [
      "what could be taken down",
      [named(8, false)],
      "is not needed (pr-8): bin/rollout preview-env down NUMBER",
    ],
    ["that no pull request is at fault", [], "None is of a pull request"],
  ])("names %s", (_name, found, told) => {
    const fault = roomFault({ found, room: full }, undefined);
    expect(fault).toContain("has 10 branches, and the account's plan allows 10; nothing was started");
    expect(fault).toContain(told);
  });

  it("is a fault for an environment that lost its branch", () => {
    expect(roomFault({ found: [], room: full }, { hasBranch: false })).toBeDefined();
  });
});
