import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CORE_SCHEMA, load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { environmentFaults } from "../../stacks/settings/environment-faults.ts";
import { kindOf } from "../../stacks/environments.ts";
import { ownsProject } from "../../stacks/environment/owns-project.ts";
import { settingsDigest } from "../../stacks/release/candidate.ts";
import { settingsSchemaOf } from "../../stacks/settings/schema.ts";
import { shop, shopFolder } from "../../stacks/settings/test-application.ts";
import type { StackFile } from "../settings-file.ts";
import { endAfter, previewStackFile } from "./stack-file.ts";

const base = load(readFileSync(join(shopFolder, "Pulumi.staging.yaml"), "utf8"), {
  schema: CORE_SCHEMA,
}) as StackFile;
const settingsSchema = settingsSchemaOf(shop);
const settings = { pullRequest: 42, gitBranch: "faster-plans", expiresAt: "2026-03-09T00:00:00Z" };

function settingsOf({ config }: StackFile): unknown {
  return Object.fromEntries(
    Object.entries(config as object).map(([key, value]) => [key.replace(/^rollout:/, ""), value as unknown]),
  );
}

describe("the stack file of a pull request's environment", () => {
  it("has settings that are right, and no name of staging's", () => {
    const parsed = settingsSchema.parse(settingsOf(previewStackFile(base, settings)));
    expect(environmentFaults("pr-42", kindOf("pr-42") ?? expect.fail("no such kind"), parsed)).toEqual([]);
    expect(parsed.neon).toMatchObject({
      branch: "pr-42",
      role: "shop_pr_42",
      expiresAt: settings.expiresAt,
    });
    expect(parsed.fly.apps).toEqual({
      worker: "shop-worker-pr-42",
      mailer: "shop-mailer-pr-42",
    });
    expect(parsed.fly.imageApp).toBeUndefined();
    expect(parsed.vercel).toMatchObject({ domain: "shop-pr-42.vercel.app", gitBranch: "faster-plans" });
    expect(JSON.stringify(parsed)).not.toContain("staging");
  });

  it("shares with staging what all environments share", () => {
    const [own, staging] = [previewStackFile(base, settings), base].map((file) =>
      settingsSchema.parse(settingsOf(file)),
    );
    expect(own?.neon.project).toBe(staging?.neon.project);
    expect(own?.vercel.project).toBe(staging?.vercel.project);
    expect(own?.github).toEqual(staging?.github);
  });

  it("is in the projects and the organization that environments of pull requests have for themselves", () => {
    const previews = {
      neon: { project: "shop-previews", organizationId: "org-previews" },
      fly: { organization: "shop-previews" },
      vercel: { team: "team_previews", project: "shop-previews" },
    };
    const given = { ...base, config: { ...(base["config"] as object), "rollout:previews": previews } };
    const own = settingsSchema.parse(settingsOf(previewStackFile(given, settings)));
    expect(own).toMatchObject(previews);
    const kind = kindOf("pr-42") ?? expect.fail("no such kind");
    expect((["neon", "vercel"] as const).map((cloud) => ownsProject(kind, own, cloud))).toEqual([true, true]);
    const staging = settingsSchema.parse(settingsOf(given));
    const before = settingsSchema.parse(settingsOf(base));
    expect(staging).toEqual({ ...before, previews });
    expect(settingsDigest(staging)).toBe(settingsDigest(before));
  });

  it("keeps what the engine needs to read its secrets, and the secrets", () => {
    const secret = { "rollout:secrets": { STRIPE_KEY: { secure: "v1:abc" } } };
    const given = { encryptionsalt: "v1:salt", config: { ...(base["config"] as object), ...secret } };
    expect(previewStackFile(given, settings)).toMatchObject({ encryptionsalt: "v1:salt", config: secret });
  });

  it.each([
    ["2026-03-01T00:00:00Z", 1, "2026-03-03T00:00:00Z"],
    ["2026-03-01T23:59:59Z", 7, "2026-03-09T00:00:00Z"],
    ["2026-02-01T00:00:00Z", 29, "2026-03-03T00:00:00Z"],
  ])("ends at a midnight: from %s, %i days", (now, days, end) => {
    expect(endAfter(days, new Date(now))).toBe(end);
    expect(Date.parse(end) - Date.parse(now)).toBeLessThanOrEqual(30 * 86_400_000);
  });
});
