import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { expect, it } from "vitest";
import { environmentFaults } from "./environment-faults.ts";
import { settingsSchema } from "./settings-schema.ts";

/** Staging's settings with another GitHub environment. */
function settingsWith(environment: object) {
  const { config } = load(readFileSync("Pulumi.staging.yaml", "utf8")) as {
    config: Record<string, Record<string, unknown>>;
  };
  const entries = Object.entries(config).map(([key, value]) => [key.replace(/^atlaris:/, ""), value]);
  const settings = Object.fromEntries(entries) as Record<string, object>;
  return settingsSchema.parse({ ...settings, github: { ...settings["github"], environment } });
}

it("lets staging be without reviewers", () => {
  expect(environmentFaults("staging", "staging", settingsWith({}))).toEqual([]);
});

it("wants somebody else's word for production, and says how it is set", () => {
  expect(environmentFaults("production", "prod", settingsWith({}))).toEqual([
    "atlaris:github.environment.reviewers: production needs somebody who lets a job begin, found nobody " +
      "(pulumi config set --stack prod --path 'atlaris:github.environment.reviewers.users[0]' ID; " +
      "the ID: gh api users/LOGIN --jq .id)",
    "atlaris:github.environment.preventSelfReview: in production nobody lets a job begin that they started; " +
      "expected true, found false " +
      "(pulumi config set --stack prod --path 'atlaris:github.environment.preventSelfReview' true)",
  ]);
});

it.each([{ users: [7] }, { teams: [3] }])(
  "takes people and teams for reviewers of production: %o",
  (reviewers) => {
    const settings = settingsWith({ reviewers, preventSelfReview: true });
    expect(environmentFaults("production", "prod", settings)).toEqual([]);
  },
);
