import { describe, expect, it } from "vitest";
import { previewNameFor, pullRequestIn, pullRequestOf, pullRequestOfBranch } from "./names.ts";

describe("the names of a pull request's environment", () => {
  it.each([
    ["shop-worker-staging", undefined, "shop-worker-pr-42"],
    ["staging-worker", undefined, "pr-42-worker"],
    ["shop_staging", "_", "shop_pr_42"],
    ["shop-staging.vercel.app", undefined, "shop-pr-42.vercel.app"],
    ["staging.shop.example", undefined, "pr-42.shop.example"],
    // What only has the word in it is another word.
    ["upstaging", undefined, "upstaging-pr-42"],
    ["preview.example", undefined, "preview-pr-42.example"],
    ["owner", "_", "owner_pr_42"],
  ])("are made of staging's: %s", (name, joint, expected) => {
    expect(previewNameFor(name, 42, joint)).toBe(expected);
  });

  it.each([
    ["pr-42", 42],
    ["pr-0", undefined],
    ["pr-042", undefined],
    ["pr-42-being-made", undefined],
    ["pr-", undefined],
    ["my-pr-42", undefined],
    ["staging", undefined],
    ["pr-4200000000000", undefined],
  ])("show the pull request: %s", (name, expected) => {
    expect(pullRequestOf(name)).toBe(expected);
  });

  it.each([
    ["pr-42", 42],
    ["pr-42-being-made", 42],
    ["backup-pr-42-2026-01-01-00-00-00Z", 42],
    ["backup-staging-2026-01-01-00-00-00Z", undefined],
    ["staging-being-made", undefined],
    ["pr-42-of-another", undefined],
    ["production", undefined],
  ])("show it of a Neon branch: %s", (name, expected) => {
    expect(pullRequestOfBranch(name)).toBe(expected);
  });

  it.each([
    ["shop-worker-pr-42", "shop-worker-staging", 42],
    ["shop-worker-mailer-pr-42", "shop-worker-staging", undefined],
    ["shop-worker-pr-42-old", "shop-worker-staging", undefined],
    ["shop-worker-staging", "shop-worker-staging", undefined],
    ["shop-worker-prod", "shop-worker-staging", undefined],
    ["pr-7-worker-pr-42", "pr-7-worker-staging", 42],
  ])("show it of %s where staging has %s", (seen, staging, expected) => {
    expect(pullRequestIn(seen, staging)).toBe(expected);
  });
});
