import { testAttempt, testComposition } from "@rollout/infra/rollout/records/test-attempt";
import { describe, expect, it } from "vitest";
import { plainValues } from "./auto-rollback.ts";
import { incidentText } from "./incident-text.ts";

const evidence = {
  ...{ stack: "staging", environment: "staging", failed: testAttempt(2, "b"), to: testAttempt(1, "a") },
  ...{ failedSteps: ["smoke"], errors: ["smoke failed: 500"], logs: new Map([["worker", ["m1  ready"]]]) },
  ...{ isRestored: true, seconds: 12 },
  before: [
    { what: "https://x", isGood: true, seen: "/api/health answers 200" },
    { what: "https://y", isGood: undefined, seen: "a login of Vercel (status 401)" },
  ],
  after: [],
};

describe("the text of an incident", () => {
  it("names the web deployment that failed, with the command that shows what it printed", () => {
    expect(incidentText({ ...evidence, webDeployment: "dpl_7" })).toContain(
      "| its web deployment | dpl_7; what it printed: `vercel logs dpl_7` |\n",
    );
    expect(incidentText(evidence)).not.toContain("vercel logs");
  });

  it("names what of the web was looked at, and calls nothing good that was not seen", () => {
    const text = incidentText(evidence);
    expect(text).toContain(
      "Of the web its `/api/health` alone, which answers while other requests may fail.",
    );
    expect(text).toContain("| https://x | good: /api/health answers 200 | not looked at |");
    expect(text).toContain("| https://y | not known: a login of Vercel (status 401) | not looked at |");
  });

  it("keeps values that are in the record as plain variables, though Fly has them as secrets", () => {
    const variables = { web: { FEATURE_FLAGS: "a" }, workers: { OPENAI_MODEL: "large-model" } };
    const to = testAttempt(1, "a", { composition: { ...testComposition("a"), variables } });
    expect([...plainValues({ to, failed: evidence.failed })]).toEqual(["a", "large-model"]);
  });
});
