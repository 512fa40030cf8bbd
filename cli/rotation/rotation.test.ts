import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import { describe, expect, it } from "vitest";
import { shopSettings } from "../../stacks/settings/test-application.ts";
import { madeSecrets, secretVersions } from "../../stacks/settings/secret-versions.ts";
import { ageOf, ageText, isUnfinished } from "./ages.ts";
import { givenSecrets, stepsText } from "./by-person.ts";
import { listText } from "./list.ts";

const attempt = (number: number, version: string | undefined, more: object = {}) => ({
  ...testAttempt(number, "a", {
    ended: { at: `2026-01-0${String(number)}T00:00:00Z`, result: "success", description: "passed" },
  }),
  ...(version === undefined ? {} : { secretVersions: { "smoke-test-key": version } }),
  ...more,
});
const failed = { ended: { at: "2026-01-09T00:00:00Z", result: "failure" as const, description: "smoke" } };
const age = (...attempts: readonly ReturnType<typeof attempt>[]) => ageOf("smoke-test-key", attempts);

describe("the age of a secret that the stack makes", () => {
  it("counts from the first rollout that had succeeded with its version", () => {
    expect(age(attempt(4, "2"), attempt(3, "2"), attempt(2, "1"), attempt(1, "1"))).toEqual({
      ...{ version: "2", since: "2026-01-03T00:00:00Z", isAtLeast: false },
    });
    expect(age(attempt(2, "1"), attempt(1, "1"))).toEqual({
      ...{ version: "1", since: "2026-01-01T00:00:00Z", isAtLeast: false },
    });
  });

  it("is at least that where rollouts before noted no version, and not known where none did", () => {
    expect(age(attempt(2, "1"), attempt(1, undefined))).toMatchObject({
      ...{ since: "2026-01-02T00:00:00Z", isAtLeast: true },
    });
    expect(age(attempt(1, undefined))).toEqual({ isAtLeast: true });
    expect(age()).toEqual({ isAtLeast: true });
  });

  it("is not that of a rotation that failed", () => {
    expect(age(attempt(2, "2", failed), attempt(1, "1"))).toMatchObject({ version: "1" });
  });
});

describe("a rotation", () => {
  it("is unfinished while the counted version is not the one that runs", () => {
    const unfinished = (counted: string, ...attempts: readonly ReturnType<typeof attempt>[]): boolean =>
      isUnfinished("smoke-test-key", attempts, counted);
    expect(unfinished("2", attempt(1, "1"))).toBe(true);
    expect(unfinished("2", attempt(2, "2", failed), attempt(1, "1"))).toBe(true);
    expect(unfinished("1", attempt(1, "1"))).toBe(false);
    // A rollback to the release before it has today's secrets.
    expect(unfinished("2", attempt(3, "2"), attempt(2, "2", failed), attempt(1, "1"))).toBe(false);
    expect(unfinished("2", attempt(1, undefined))).toBe(false);
    expect(unfinished("2")).toBe(false);
  });

  it("knows the version of each secret that the stack makes by the settings", () => {
    const settings = shopSettings("staging", { smoke: { keyVersion: "7" } });
    expect(secretVersions(settings)).toEqual({
      ...{ "database-password": "1", "application-password": "1" },
      ...{ "smoke-test-key": "7", "protection-bypass": "1" },
    });
    expect(Object.keys(secretVersions(settings))).toEqual(Object.keys(madeSecrets));
  });

  it("of what a vendor makes is the steps for the named stack and environment", () => {
    const text = stepsText("PULUMI_CONFIG_PASSPHRASE", "prod", "production");
    expect(text).toContain("change-secrets-provider passphrase --stack prod");
    expect(text).toContain("gh secret set PULUMI_CONFIG_PASSPHRASE --env production");
    expect(text).toContain("PULUMI_STACK_ADDITION");
    for (const name of Object.keys(givenSecrets))
      expect(stepsText(name, "prod", "production")).not.toMatch(/\bSTACK\b|\bENVIRONMENT\b/);
  });
});

describe("the list", () => {
  it("has the oldest first, what is not known last, and no value", () => {
    const now = new Date("2026-02-01T12:00:00Z");
    const secret = (name: string, since: string | undefined, source: "record" | "github" | "unknown") => ({
      ...{ name, what: "a secret", isAtLeast: false, source, ...(since === undefined ? {} : { since }) },
    });
    const text = listText(
      [
        secret("unknown-key", undefined, "unknown"),
        secret("new-key", "2026-01-31T00:00:00Z", "record"),
        { ...secret("OLD_TOKEN", "2026-01-02T00:00:00Z", "github"), isAtLeast: true },
      ],
      now,
    );
    expect(text).toBe(
      "SECRET       AGE               SINCE                     WHAT\n" +
        "OLD_TOKEN    at least 30 days  2026-01-02 by GitHub      a secret\n" +
        "new-key      1 day             2026-01-31 by the record  a secret\n" +
        "unknown-key  unknown                                     a secret\n",
    );
    expect(ageText("2026-02-01T00:00:00Z", now)).toBe("0 days");
  });
});
