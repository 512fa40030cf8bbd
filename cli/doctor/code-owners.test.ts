import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { DoctorContext } from "../../stacks/doctor/context.ts";
import { environments } from "../../stacks/environments.ts";
import { shopFile, shopSettings } from "../../stacks/settings/test-application.ts";
import { codeOwnersChecks } from "./code-owners.ts";

const root = join(import.meta.dirname, "..", "..");

function contextFor(stack: "staging" | "prod", github: object): Pick<DoctorContext, "kind" | "settings"> {
  const settings = shopSettings(stack, { github: { ...(shopFile(stack)["github"] as object), ...github } });
  return { kind: environments[stack] ?? expect.fail(`there is no stack ${stack}`), settings };
}

function checkoutWith(owners: string | undefined): string {
  const checkout = mkdtempSync(join(tmpdir(), "shop-owners-"));
  onTestFinished(() => rmSync(checkout, { recursive: true, force: true }));
  mkdirSync(join(checkout, ".github"));
  if (owners !== undefined) writeFileSync(join(checkout, ".github", "CODEOWNERS"), owners);
  return checkout;
}

const own = readFileSync(join(root, ".github", "CODEOWNERS"), "utf8");
const lookAt = (owners: string | undefined, github: object) =>
  codeOwnersChecks(checkoutWith(owners), contextFor("staging", github))[0]?.look();

it("announces the placeholder that the repository is published with, with the command that replaces it", async () => {
  expect(await lookAt(own, { owner: "ada" })).toMatchObject({
    verdict: "unknown",
    found: expect.stringContaining("names the placeholder @release--owner") as string,
    fix: expect.stringContaining("sed -i.bak") as string,
  });
  expect(await lookAt(own.replaceAll("@release--owner", "@ada"), { owner: "ada" })).toMatchObject({
    verdict: "holds",
  });
});

it.each([
  ["there is no file", undefined],
  ["it names no owner", "# nobody\n/infra/\n"],
])("does not know who approves where %s", async (_what, owners) => {
  expect(await lookAt(owners, {})).toMatchObject({ verdict: "unknown" });
});

it("looks only where the stack sets rules that ask for owners", () => {
  const count = (stack: "staging" | "prod", branchRules: object): number =>
    codeOwnersChecks(root, contextFor(stack, { branchRules })).length;
  expect(count("staging", {})).toBe(1);
  expect(count("prod", {})).toBe(0);
  expect(count("staging", { requiredApprovals: 0 })).toBe(0);
  expect(count("staging", { requiredApprovals: 0, requireCodeOwners: true })).toBe(1);
  expect(count("staging", { branches: [] })).toBe(0);
});

it("finds an owner for everything that decides over releases", () => {
  const lines = own.split("\n").filter((line) => line.startsWith("/"));
  const named = lines.map((line) => line.split(" ")[0]);
  const needed = ["/.github/", "/infra/", "/stacks/", "/cli/", "/bin/", "/src/build/", "/Pulumi*.yaml"];
  const files = ["/fly.*.toml", "/package.json", "/package-lock.json", "/Dockerfile.worker"];
  expect(named).toEqual(expect.arrayContaining([...needed, ...files]));
});
