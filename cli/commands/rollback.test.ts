import { testAttempt, testComposition } from "@rollout/infra/rollout/records/test-attempt";
import { describe, expect, it } from "vitest";
import { shopSettings } from "../../stacks/settings/test-application.ts";
import { announcement } from "./rollback.ts";

const settings = shopSettings("staging");
const place = { owner: "o", repository: "r", environment: "staging", records: {} };
const older = testAttempt(1, "a");
const newer = testAttempt(2, "b", { composition: testComposition("b", ["0000_plans", "0001_more"]) });
const recorded = { attempts: [newer, older], settings, place };

describe("a rollback, before it begins, prints", () => {
  it("that the schema stays, and that no migration is gone", () => {
    const text = announcement(recorded, older, undefined);
    expect(text).toContain("staging: back to #1 (aaaaaaaaaaaa, 2026-01-01T00:00:00Z) from #2 (bbbbbbbbbbbb)");
    expect(text).toContain("  schema: stays at 0001_more\n");
    expect(text).toContain("  web sources: b → a\n");
    expect(text).not.toMatch(/migration|gone/);
  });

  it("that a freeze does not stop it", () => {
    const frozen = { ...settings, gate: { ...settings.gate, freeze: "audit until Friday" } };
    expect(announcement({ ...recorded, settings: frozen }, older, "web")).toContain(
      "staging is frozen (audit until Friday); a freeze keeps new releases out, not rollbacks.",
    );
  });
});
