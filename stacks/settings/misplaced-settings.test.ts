import { expect, it } from "vitest";
import { misplacedSettings } from "./misplaced-settings.ts";
import { shop } from "./test-application.ts";

const args = { project: "shop", stack: "staging", application: shop };

it("names each setting under the project's own namespace with the commands that move it, and quotes no value", () => {
  const config = {
    "shop:neon.branch": "other",
    "shop:mail": JSON.stringify({ from: "a@shop.example" }),
    "shop:secrets": JSON.stringify({ MAIL_KEY: "sk-1" }),
  };
  expect(misplacedSettings(config, args)).toEqual([
    "shop:neon.branch is no setting, and nothing reads it: settings begin with rollout:. " +
      "pulumi config set --stack staging --path 'rollout:neon.branch' VALUE && pulumi config rm --stack staging 'shop:neon.branch'",
    "shop:mail is no setting, and nothing reads it: settings begin with rollout:. " +
      "pulumi config set --stack staging --path 'rollout:mail.from' VALUE && pulumi config rm --stack staging 'shop:mail'",
    "shop:secrets is no setting, and nothing reads it: settings begin with rollout:. " +
      "pulumi config set --stack staging --secret --path 'rollout:secrets.MAIL_KEY' VALUE && pulumi config rm --stack staging 'shop:secrets'",
  ]);
});

it("leaves keys of others alone, and keys of the project that no group has", () => {
  const config = {
    "aws:region": "eu-central-1",
    "github:owner": "o",
    "shop:colour": "red",
    "rollout:neon": "{}",
  };
  expect(misplacedSettings(config, args)).toEqual([]);
  expect(misplacedSettings({ "rollout:neon.branch": "x" }, { ...args, project: "rollout" })).toEqual([]);
});
