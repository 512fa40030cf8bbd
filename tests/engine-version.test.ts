import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { expect, it } from "vitest";
import { engineVersion } from "../sandbox/toolchain/engine-version.ts";

const project = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(project, file), "utf8");
const numbers = (version: string): readonly number[] => version.split(".").map(Number);

/** Whether a version is not older than another one. */
function isAtLeast(version: string, least: string): boolean {
  const [one, other] = [numbers(version), numbers(least)];
  const differing = one.findIndex((number, at) => number !== other[at]);
  return differing === -1 || (one[differing] ?? 0) > (other[differing] ?? 0);
}

it("is required by the program, so that an older engine on the PATH is refused", () => {
  const { requiredPulumiVersion } = load(read("Pulumi.yaml")) as { readonly requiredPulumiVersion?: string };
  const [, least = ""] = /^>=(\d+\.\d+\.\d+)$/.exec(requiredPulumiVersion ?? "") ?? [];
  expect(isAtLeast(engineVersion, least), `${engineVersion} and ${String(requiredPulumiVersion)}`).toBe(true);
  expect(isAtLeast("3.249.9", least)).toBe(false);
});

it("is one version in the sandbox, its build and the workflows, and no older than the SDK", () => {
  expect(read(".github/actions/set-up/action.yml")).toContain(`pulumi-version: ${engineVersion}`);
  expect(read("sandbox/toolchain/engine/go.mod")).toContain(
    `github.com/pulumi/pulumi/pkg/v3 v${engineVersion}`,
  );
  const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
  expect(isAtLeast(engineVersion, dependencies["@pulumi/pulumi"] ?? "")).toBe(true);
});
