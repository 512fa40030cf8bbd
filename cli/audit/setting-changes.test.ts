import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { settingChanges } from "./setting-changes.ts";
import { sinceTime } from "../commands/audit.ts";

let folder: string;
const git = (...words: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.com", ...words], {
    cwd: folder,
    encoding: "utf8",
  }).trim();

function commitFile(text: string): string {
  writeFileSync(join(folder, "Pulumi.prod.yaml"), text);
  git("add", ".");
  git("commit", "--quiet", "--message", "Change");
  return git("rev-parse", "HEAD");
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
  git("init", "--quiet");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the changes of settings between two commits", () => {
  it("are one line each, with what was and what is, and without secrets", () => {
    const before = commitFile(
      `config:\n  rollout:fly:\n    count: 1\n    region: fra\n    token:\n      secure: v1:old\n`,
    );
    const after = commitFile(
      `config:\n  rollout:fly:\n    count: 2\n    token:\n      secure: v1:new\n  rollout:note: ${"n".repeat(99)}\n`,
    );
    expect(settingChanges(folder, "Pulumi.prod.yaml", before, after)).toEqual([
      "rollout:fly.count: 1 → 2",
      "rollout:fly.region: fra → none",
      "rollout:fly.token: another secret value",
      `rollout:note: none → ${"n".repeat(60)}…`,
    ]);
  });

  it("are not known where the clone lacks a commit", () => {
    const after = commitFile("config: {}\n# once more\n");
    expect(settingChanges(folder, "Pulumi.prod.yaml", "0".repeat(40), after)).toBeUndefined();
  });
});

describe("--since", () => {
  const now = new Date("2026-01-31T12:00:00Z");

  it.each([
    ["30d", "2026-01-01T12:00:00.000Z"],
    ["12h", "2026-01-31T00:00:00.000Z"],
    ["45m", "2026-01-31T11:15:00.000Z"],
    ["2026-01-02", "2026-01-02T00:00:00.000Z"],
    ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
  ])("takes %s", (text, time) => {
    expect(sinceTime(text, now).toISOString()).toBe(time);
  });

  it.each(["", "3x", "yesterday", "2026-13-45", "d"])("rejects %j", (text) => {
    expect(() => sinceTime(text, now)).toThrow("--since is");
  });
});
