import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAction } from "../../sandbox/workflows/workflow.ts";
import { action, checkout } from "./test-workflows.ts";

describe("the set-up of a job", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "atlaris-set-up-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("puts what the repository does not hold below a copy of the stack's file", () => {
    const [step] = (readAction(checkout, action).runs.steps ?? []).filter(
      ({ name }) => name === "Stack file",
    );
    const addition = "  rollout:secrets:\n    STRIPE_KEY:\n      secure: v1:abc\nencryptionsalt: v1:def";
    writeFileSync(join(folder, "Pulumi.prod.yaml"), "config:\n  rollout:smoke:\n    keyVersion: 2");
    const temp = mkdtempSync(join(folder, "runner-"));
    const told = join(temp, "told");
    execFileSync("bash", ["-e", "-c", step?.run ?? ""], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        STACK: "prod",
        ADDITION: addition,
        RUNNER_TEMP: temp,
        GITHUB_ENV: told,
      },
    });
    const file = readFileSync(told, "utf8").replace(/^PULUMI_OPTION_CONFIG_FILE=(.*)\n$/, "$1");
    expect(load(readFileSync(file, "utf8"))).toEqual({
      config: {
        "rollout:smoke": { keyVersion: 2 },
        "rollout:secrets": { STRIPE_KEY: { secure: "v1:abc" } },
      },
      encryptionsalt: "v1:def",
    });
  });
});
