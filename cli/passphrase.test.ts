import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stackIn, withPassphrase } from "./passphrase.ts";

let checkout: string;
beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), "atlaris-passphrase-"));
  writeFileSync(join(checkout, "Pulumi.staging.yaml"), "encryptionsalt: v1:abc=\nconfig: {}\n");
  writeFileSync(join(checkout, "Pulumi.prod.yaml"), "secretsprovider: awskms://alias/a\nconfig: {}\n");
});
afterAll(() => rmSync(checkout, { recursive: true }));

const given = (environment: NodeJS.ProcessEnv, stack = "staging"): NodeJS.ProcessEnv =>
  withPassphrase(checkout, environment, stack);

describe("an empty passphrase", () => {
  it("is refused in CI where the stack's secrets are encrypted with one", () => {
    expect(() => given({ CI: "true", PULUMI_CONFIG_PASSPHRASE: "" })).toThrow(
      "PULUMI_CONFIG_PASSPHRASE is set and empty, as from a secret that does not exist, and the secrets of staging are encrypted",
    );
  });

  it("is kept where the stack has another secrets provider, and on a person's machine", () => {
    const empty = { PULUMI_CONFIG_PASSPHRASE: "" };
    expect(given({ CI: "true", ...empty }, "prod")).toEqual({ CI: "true", ...empty });
    expect(given(empty)).toEqual(empty);
  });

  it("does not hide the file with the passphrase", () => {
    const file = { CI: "true", PULUMI_CONFIG_PASSPHRASE_FILE: "/secret" };
    expect(given({ ...file, PULUMI_CONFIG_PASSPHRASE: "" })).toEqual(file);
  });
});

it.each([
  ["up", ["--stack", "staging"], "staging"],
  ["up", ["--json", "-s", "org/atlaris/prod"], "prod"],
  ["rollback", ["--stack=prod"], "prod"],
  ["preview-env", ["up", "42"], "staging"],
  ["settings", [], undefined],
])("finds the stack of %s %j", (command, words, stack) => {
  expect(stackIn(command, words)).toBe(stack);
});
