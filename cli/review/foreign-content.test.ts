import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CORE_SCHEMA, load } from "js-yaml";
import { describe, expect, it, onTestFinished } from "vitest";
import { contentFolder, contentVariable } from "../../stacks/release/content-folder.ts";
import type { Session } from "../command.ts";
import { openForeignContent } from "./foreign-content.ts";

const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"];

/** A checkout with these files. */
function checkoutOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "content-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, text] of Object.entries({ ".gitignore": "node_modules/\n", ...files })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const git = (...words: readonly string[]): unknown =>
    execFileSync("git", [...identity, ...words], { cwd: root });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "Begin");
  return root;
}

const stackFile = (config: object): string => JSON.stringify({ config });

/** A trusted checkout with packages, a stack file of its own with a secret, and the content of another user. */
function scene(files: Readonly<Record<string, string>>) {
  const checkout = checkoutOf({
    "Pulumi.staging.yaml": stackFile({ "rollout:ai": { model: "one" } }),
    "node_modules/esbuild/index.js": "",
  });
  const configFile = join(mkdtempSync(join(tmpdir(), "stack-")), "Pulumi.staging.yaml");
  onTestFinished(() => rmSync(dirname(configFile), { recursive: true, force: true }));
  writeFileSync(
    configFile,
    JSON.stringify({
      encryptionsalt: "v1:salt",
      config: { "rollout:ai": { model: "one" }, "rollout:secrets": { KEY: { secure: "v1:abc" } } },
    }),
  );
  const session = { checkout, environment: { PULUMI_OPTION_CONFIG_FILE: configFile } } as unknown as Session;
  const folder = checkoutOf({
    "Pulumi.staging.yaml": stackFile({ "rollout:ai": { model: "two" } }),
    ...files,
  });
  return { session, folder };
}

describe("the content of another checkout", () => {
  it("gives its settings and files, and takes secrets and packages from the checkout that runs", () => {
    const { session, folder } = scene({ "src/a.ts": "" });
    const content = openForeignContent(session, "staging", folder);
    const file = content.environment["PULUMI_OPTION_CONFIG_FILE"] ?? "";
    expect(load(readFileSync(file, "utf8"), { schema: CORE_SCHEMA })).toEqual({
      encryptionsalt: "v1:salt",
      config: { "rollout:ai": { model: "two" }, "rollout:secrets": { KEY: { secure: "v1:abc" } } },
    });
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(content.environment[contentVariable]).toBe(folder);
    expect(existsSync(join(folder, "node_modules", "esbuild", "index.js"))).toBe(true);
    expect(execFileSync("git", ["status", "--porcelain"], { cwd: folder, encoding: "utf8" })).toBe("");
    expect(content.note).toMatch(
      /by the program of commit [0-9a-f]{12}, on request: no code of the pull request was run/,
    );
    content.close();
    expect([existsSync(file), existsSync(join(folder, "node_modules"))]).toEqual([false, false]);
    expect(existsSync(join(session.checkout, "node_modules", "esbuild"))).toBe(true);
  });

  it("is refused with a symbolic link, which would show the environment of who previews", () => {
    const { session, folder } = scene({ "src/db/migrations/0001_a.sql": "" });
    symlinkSync("/proc/self/environ", join(folder, "src", "db", "migrations", "0002_b.sql"));
    expect(() => openForeignContent(session, "staging", folder)).toThrow(
      /0002_b\.sql in .* is a symbolic link/,
    );
  });

  it("is refused with an encrypted value, which would show a secret as a setting", () => {
    const { session, folder } = scene({
      "Pulumi.staging.yaml": stackFile({ "rollout:ai": { model: { secure: "v1:abc" } } }),
    });
    expect(() => openForeignContent(session, "staging", folder)).toThrow("has an encrypted value");
  });

  it("is refused with packages of its own", () => {
    const { session, folder } = scene({});
    mkdirSync(join(folder, "node_modules"));
    expect(() => openForeignContent(session, "staging", folder)).toThrow("is there already");
  });

  it("is for previews: no rollout takes it", () => {
    const environment = { [contentVariable]: "/elsewhere" };
    expect(contentFolder(environment, { checkout: "/here", isPreview: true })).toBe("/elsewhere");
    expect(contentFolder({}, { checkout: "/here", isPreview: false })).toBe("/here");
    expect(() => contentFolder(environment, { checkout: "/here", isPreview: false })).toThrow(
      "ROLLOUT_CONTENT is for previews",
    );
  });
});
