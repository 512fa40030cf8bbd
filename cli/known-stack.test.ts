import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireKnownStack } from "./known-stack.ts";
import { UsageError } from "./usage-error.ts";

let checkout: string;
beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), "shop-known-"));
  for (const file of ["Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.staging.yaml"])
    writeFileSync(join(checkout, file), "");
});
afterAll(() => rmSync(checkout, { recursive: true }));

describe("the stack of a command", () => {
  it.each(["staging", "prod", "acme/shop/staging"])("may be %s, which the checkout has", (stack) => {
    expect(() => requireKnownStack(checkout, "up", stack)).not.toThrow();
  });

  it("is reported apart where it is of a pull request", () => {
    expect(() => requireKnownStack(checkout, "up", "pr-42")).toThrow("bin/rollout preview-env up 42");
  });

  it.each([
    ["stagin", "Did you mean: bin/rollout rotate smoke-test-key --stack staging"],
    ["acme/shop/prd", "Did you mean: bin/rollout rotate smoke-test-key --stack prod"],
    ["demo", "The stacks are prod, staging: bin/rollout rotate smoke-test-key --stack prod"],
  ])("is not %s; the one that was meant is named", (stack, help) => {
    const refuse = (): void => requireKnownStack(checkout, "rotate smoke-test-key", stack);
    const name = stack.split("/").at(-1) ?? "";
    expect(refuse).toThrow(UsageError);
    expect(refuse).toThrow(`There is no stack ${stack}: Pulumi.${name}.yaml is not in ${checkout}. ${help}`);
  });
});
