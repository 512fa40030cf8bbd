import { afterEach, expect, it, vi } from "vitest";
import { ownShare } from "./vitest-campaign.ts";

afterEach(() => void vi.unstubAllEnvs());

it("gives each process of a campaign its share, all together each once, and a test outside of one all", () => {
  const all = ["a", "b", "c", "d", "e"];
  const shares = ["0/2", "1/2"].map((share) => {
    vi.stubEnv("CHAOS_SHARE", share);
    return ownShare(all);
  });
  expect(shares).toEqual([
    ["a", "c", "e"],
    ["b", "d"],
  ]);
  vi.stubEnv("CHAOS_SHARE", undefined);
  expect(ownShare(all)).toEqual(all);
});
