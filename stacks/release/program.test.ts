import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { programDigest } from "./program.ts";

const application = { workers: { packing: { description: "Packs." } }, program: ["app/smoke"] };
const ofProgram = [
  ...["bin/rollout", "cli/main.ts", "infra/gate.ts", "stacks/index.ts", "rollout.config.ts", "Pulumi.yaml"],
  ...["package.json", "package-lock.json", "Dockerfile.worker", "app/smoke/order.test.mjs"],
  ...["fly.staging.packing.toml", "fly.prod.packing.toml"],
];
const others = ["app/web.mjs", "docs/guide.md", "infra/gate.test.ts", "Pulumi.prod.yaml"];
const files = [...ofProgram, ...others];
let repository: string;
const put = (root: string, name: string, text: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
};
const git = (...words: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], {
    cwd: repository,
    encoding: "utf8",
  });
const digest = (root = repository): Promise<string> => programDigest(root, application);

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), "program-"));
  git("init", "--quiet");
  for (const name of files) put(repository, name, name);
  git("add", "--all");
  git("commit", "--quiet", "--message", "Begin");
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

describe("the program of a checkout", () => {
  it("is another one with a change of any file that a rollout runs", async () => {
    const seen = [await digest()];
    for (const name of ofProgram) {
      put(repository, name, `another ${name}`);
      seen.push(await digest());
    }
    put(repository, "infra/new.ts", "new");
    seen.push(await digest());
    expect(new Set(seen).size).toBe(ofProgram.length + 2);
    git("add", "--all");
    git("commit", "--quiet", "--message", "Change");
    expect(await digest()).toBe(seen.at(-1));
  });

  it("is the same with other documents, tests, sources and settings", async () => {
    const before = await digest();
    for (const name of others) put(repository, name, `another ${name}`);
    expect(await digest()).toBe(before);
  });

  it("is the same in a squashed commit, and in a folder of a monorepo", async () => {
    const before = await digest();
    git("commit", "--quiet", "--amend", "--message", "Squash");
    expect(await digest()).toBe(before);
    const folder = join(repository, "apps", "rollout");
    for (const name of files) put(folder, name, name);
    expect(await digest(folder)).toBe(before);
  });

  it("is another one where Git was asked to overlook a changed file", async () => {
    const before = await digest();
    git("update-index", "--assume-unchanged", "infra/gate.ts");
    put(repository, "infra/gate.ts", "no gate");
    expect(git("status", "--porcelain")).toBe("");
    expect(await digest()).not.toBe(before);
  });

  it("has every path that the application declares", async () => {
    const lacking = { ...application, program: ["app/migrate.mjs"] };
    await expect(programDigest(repository, lacking)).rejects.toThrow(
      "app/migrate.mjs: there is no such file or folder, and rollout.config.ts names it",
    );
  });
});
