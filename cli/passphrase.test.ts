import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stackIn, withPassphrase, withPassphraseAdvice } from "./passphrase.ts";

let checkout: string;
beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), "shop-passphrase-"));
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
  ["up", ["--json", "-s", "org/shop/prod"], "prod"],
  ["rollback", ["--stack=prod"], "prod"],
  ["preview-env", ["up", "42"], "staging"],
  ["settings", [], undefined],
])("finds the stack of %s %j", (command, words, stack) => {
  expect(stackIn(command, words)).toBe(stack);
});

it("names the variable and the stack where the engine finds the passphrase wrong", () => {
  const said = "getting secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE";
  expect(withPassphraseAdvice("constructing secrets manager: incorrect passphrase", "prod")).toBe(
    "constructing secrets manager: incorrect passphrase\n" +
      "The secrets of prod are encrypted with another passphrase than the one given, or none is given: set PULUMI_CONFIG_PASSPHRASE, " +
      "or PULUMI_CONFIG_PASSPHRASE_FILE, to the one that the stack was made with. Nothing was changed",
  );
  expect(withPassphraseAdvice(said, "prod")).toContain("to the one that the stack was made with");
  expect(withPassphraseAdvice("no stack named x", "x")).toBe("no stack named x");
});
