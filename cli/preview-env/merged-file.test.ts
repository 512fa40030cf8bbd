import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { dump } from "js-yaml";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Session } from "../command.ts";
import { settingsOf } from "../settings-file.ts";
import { readMergedFile } from "./merged-file.ts";
import { previewStackFile } from "./stack-file.ts";

// Another application than the checkout's, whatever a user declares there.
vi.mock("../../rollout.config.ts", async () => ({
  application: (await import("../../stacks/settings/test-application.ts")).shop,
}));

/** Settings that the stack file does not have, as an ESC environment or Pulumi.yaml gives them. */
const elsewhere = {
  neon: {
    project: "shop",
    region: "aws-eu-central-1",
    branch: "staging",
    isProtected: false,
    role: "shop_staging",
  },
  fly: {
    organization: "personal",
    apps: { worker: "w-staging", mailer: "m-staging" },
    imageApp: "images",
  },
  vercel: { team: "team_a", project: "shop", domain: "a-staging.vercel.app" },
  github: { owner: "ada", repository: "shop", environment: { branches: ["main"] } },
};

/** A checkout with these files, whose `pulumi config` prints what the engine merges. */
function sessionWith(stack: object, config: object, project: object = {}): Session {
  const checkout = mkdtempSync(join(tmpdir(), "shop-merged-"));
  onTestFinished(() => rmSync(checkout, { recursive: true, force: true }));
  writeFileSync(join(checkout, "Pulumi.yaml"), dump({ name: "shop", ...project }));
  writeFileSync(join(checkout, "Pulumi.staging.yaml"), dump(stack));
  const bin = join(checkout, "bin");
  mkdirSync(bin);
  const printed = Object.fromEntries(
    Object.entries(config).map(([name, objectValue]) => [
      `rollout:${name}`,
      objectValue === "secret"
        ? { secret: true }
        : { value: JSON.stringify(objectValue), objectValue: objectValue as unknown, secret: false },
    ]),
  );
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\ncat <<'END'\n${JSON.stringify(printed)}\nEND\n`);
  chmodSync(join(bin, "pulumi"), 0o755);
  const environment = { PATH: [bin, "/usr/bin", "/bin"].join(delimiter) };
  return { checkout, environment, out: process.stdout, err: process.stderr };
}

const pullRequest = { pullRequest: 42, gitBranch: "faster", expiresAt: "2026-03-09T00:00:00Z" };

describe("the settings of staging that are in an ESC environment", () => {
  const stack = { environment: ["shop/staging"], config: { "rollout:mail": { from: "a@shop.example" } } };

  it("are read as the engine merges them, and a pull request's environment gets names of its own", () => {
    const merged = { ...elsewhere, mail: { from: "a@shop.example" } };
    const { file, path } = readMergedFile(sessionWith(stack, merged), "staging");
    expect(settingsOf(file, path, "staging")).toMatchObject(elsewhere);
    const own = previewStackFile(file, pullRequest);
    // With the environment, staging's names could win.
    expect(own).not.toHaveProperty("environment");
    const settings = settingsOf(own, "Pulumi.pr-42.yaml", "pr-42");
    expect(settings).toMatchObject({
      neon: { project: "shop", branch: "pr-42", role: "shop_pr_42" },
      fly: { apps: { worker: "w-pr-42", mailer: "m-pr-42" } },
      vercel: { team: "team_a", domain: "a-pr-42.vercel.app" },
      mail: { from: "a@shop.example" },
    });
    expect(JSON.stringify(settings)).not.toContain("staging");
  });

  it("are refused where a secret is there alone, with the command that sets it in the stack file", () => {
    const session = sessionWith(stack, { ...elsewhere, secrets: "secret" });
    expect(() => readMergedFile(session, "staging")).toThrow(
      "rollout:secrets of staging is a secret of its ESC environment, which the environment of a pull request does not get: " +
        "the names of staging would come with it. Set it in the stack file: " +
        "pulumi config set --secret --path --stack staging 'rollout:…'",
    );
  });

  it("leave a secret of the stack file as it is encrypted there", () => {
    const secrets = { STRIPE_KEY: { secure: "v1:abc" } };
    const file = {
      ...stack,
      encryptionsalt: "v1:salt",
      config: { ...stack.config, "rollout:secrets": secrets },
    };
    const session = sessionWith(file, { ...elsewhere, ai: stack.config["rollout:mail"], secrets: "secret" });
    expect(readMergedFile(session, "staging").file).toMatchObject({
      encryptionsalt: "v1:salt",
      config: { "rollout:secrets": secrets, "rollout:github": elsewhere.github },
    });
  });
});

describe("the settings of staging that are in Pulumi.yaml", () => {
  it("are read too, and those of the stack file win", () => {
    const project = { config: { "rollout:github": { value: elsewhere.github } } };
    const stack = { config: { "rollout:vercel": { domain: "b-staging.vercel.app" } } };
    const merged = { ...elsewhere, mail: { from: "a@shop.example" } };
    const { file, path } = readMergedFile(sessionWith(stack, merged, project), "staging");
    expect(settingsOf(file, path, "staging")).toMatchObject({
      github: { owner: "ada" },
      vercel: { team: "team_a", domain: "b-staging.vercel.app" },
    });
  });
});
