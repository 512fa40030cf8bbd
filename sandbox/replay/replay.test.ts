import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Emulators, openEmulators } from "./emulators.ts";
import { readHar } from "./read-har.ts";
import { replay } from "./replay.ts";
import { type Report, reportOf } from "./report.ts";
import { entryOf, harOf } from "./test-har.ts";

type Entry = ReturnType<typeof entryOf>;

let folder = "";
let emulators: Emulators;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "atlaris-replay-test-"));
  emulators = await openEmulators();
});
afterEach(async () => {
  await emulators.close();
  rmSync(folder, { recursive: true });
});

async function replayed(...entries: readonly Entry[]): Promise<Report> {
  const file = join(folder, "run.har");
  const inOrder = entries.map((entry, at) => ({
    ...entry,
    startedDateTime: new Date(Date.UTC(2026, 0, 1, 0, 0, at)).toISOString(),
  }));
  writeFileSync(file, harOf(inOrder));
  const results = await replay({ calls: readHar(file), emulators, limitMilliseconds: 500 });
  return reportOf(results, 20);
}

const app = (name: string): Entry =>
  entryOf("fly", "POST", "/v1/apps", 201, anything, { app_name: name, name, org_slug: "personal" });

/** Of an answer whose body the test does not look at. */
const anything = undefined;

/** Without the differences that come of a body that is not in the test's recording. */
const shown = ({ differences }: Report): readonly string[] =>
  differences
    .filter(({ where }) => where !== "the body" && !/^(fly|x)-/.test(where) && where !== "content-type")
    .map(({ call, where, recorded, emulated }) => `${call} ${where}: ${recorded} / ${emulated}`);

const branches = "/repos/o/r/git";
const tree = { sha: "1111111111111111111111111111111111111111", truncated: false };
const commit = { sha: "2222222222222222222222222222222222222222", message: "one" };

describe("a replay", () => {
  it("names in later calls what the emulator has made, where the recording has other names", async () => {
    const ref = { ref: "refs/notes/one", object: { type: "commit", sha: commit.sha } };
    const file = { path: "README", mode: "100644", type: "blob", content: "one" };
    const report = await replayed(
      entryOf("github", "POST", `${branches}/trees`, 201, tree, { tree: [file] }),
      entryOf("github", "POST", `${branches}/commits`, 201, commit, {
        message: "one",
        tree: tree.sha,
        parents: [],
      }),
      entryOf("github", "POST", `${branches}/refs`, 201, ref, { ref: ref.ref, sha: commit.sha }),
      entryOf("github", "GET", `${branches}/commits/${commit.sha}`, 200, commit),
    );
    expect(report.compared).toBe(4);
    expect(shown(report).filter((line) => !line.includes(": nothing / "))).toEqual([]);
  });

  it("sends a secret in the form that the cloud requires", async () => {
    const path = "/repos/o/r/actions/secrets";
    const report = await replayed(
      entryOf("github", "GET", `${path}/public-key`, 200, { key_id: "568200000000000001", key: "AAAA" }),
      entryOf(
        "github",
        "PUT",
        `${path}/TOKEN`,
        201,
        {},
        { encrypted_value: "REDACTED", key_id: "568200000000000001" },
      ),
    );
    expect(shown(report)).toEqual([]);
  });

  it("repeats a poll as often as it takes, and accepts one that took fewer steps", async () => {
    const operation = (status: string): Entry =>
      entryOf("neon", "GET", "/api/v2/projects/red-sun-12345678/operations/op-00000001", 200, {
        operation: { id: "op-00000001", project_id: "red-sun-12345678", status },
      });
    const project = { id: "red-sun-12345678", name: "shop" };
    const made = { project, operations: [{ id: "op-00000001", status: "running" }] };
    const report = await replayed(
      entryOf("neon", "POST", "/api/v2/projects", 201, made, { project: { name: "shop" } }),
      ...["running", "running", "finished"].map(operation),
    );
    const words = shown(report).filter((line) => line.startsWith("GET") && line.includes(".status"));
    expect(words).toEqual([]);
    const wrong = await replayed(
      entryOf("neon", "POST", "/api/v2/projects", 201, made, { project: { name: "shop" } }),
      ...["exploding", "finished"].map(operation),
    );
    expect(shown(wrong).filter((line) => line.includes("GET"))).toContainEqual(
      expect.stringMatching(/operation\.status: "exploding" \/ "(scheduling|running|finished)"/),
    );
  });

  it("sends a write that was refused for load when it was repeated, after what was written in between", async () => {
    const project = { id: "red-sun-12345678", name: "shop" };
    const main = { id: "br-old-sun-12345678", name: "main" };
    const branches = `/api/v2/projects/${project.id}/branches`;
    const copy = { branch: { name: "copy", parent_id: main.id } };
    const made = { branch: { id: "br-new-sun-12345678", name: "copy", current_state: "init" } };
    const [owner, added] = [{ name: "neondb_owner" }, { name: "app" }];
    const report = await replayed(
      entryOf(
        "neon",
        "POST",
        "/api/v2/projects",
        201,
        {
          project,
          branch: main,
          roles: [owner],
          operations: ["op-00000001", "op-00000002"].map((id) => ({ id })),
        },
        { project: { name: "shop" } },
      ),
      ...["op-00000001", "op-00000002"].map((id) =>
        entryOf("neon", "GET", `/api/v2/projects/${project.id}/operations/${id}`, 200, {
          operation: { id, status: "finished" },
        }),
      ),
      entryOf("neon", "POST", branches, 423, { code: "", message: "running conflicting operations" }, copy),
      entryOf(
        "neon",
        "POST",
        `${branches}/${main.id}/roles`,
        201,
        { role: added },
        { role: { name: "app" } },
      ),
      entryOf("neon", "POST", branches, 201, { ...made, roles: [owner, added] }, copy),
    );
    const ofState = report.differences.filter(({ kind }) => kind === "status" || kind === "item");
    expect(ofState).toEqual([]);
    expect(report.notReplayed).toEqual([
      { why: "was refused for what else ran; its repetition is compared", calls: 1 },
    ]);
  });

  it("counts what it cannot send, and runs no command of a recording", async () => {
    const report = await replayed(
      entryOf("neon", "GET", "/api/v2/projects/old-sun-12345678", 200, {
        project: { id: "old-sun-12345678" },
      }),
      entryOf("neon", "DELETE", "/api/v2/projects/old-sun-12345678", 200, {
        project: { id: "old-sun-12345678" },
      }),
      entryOf("fly", "POST", "/v1/apps/shop/machines/d1/exec", 200, {}, { cmd: "touch /tmp/run" }),
      entryOf("fly", "POST", "/sandbox/builds", 200, {}, {}),
      entryOf("ai", "GET", "/v1/models", 200, {}),
      app("shop"),
    );
    expect(report.notReplayed).toEqual([
      { why: "old-sun-12345678 was there before the recording", calls: 2 },
      { why: "meets a program, and none runs", calls: 1 },
      { why: "a call of the sandbox's own; an empty image stands for what was built", calls: 1 },
      { why: "cloud.example is none of the four clouds", calls: 1 },
    ]);
    expect(report.compared).toBe(1);
  });

  it("leaves nothing behind", async () => {
    const home = dirname(dirname(emulators.fly.dataFolder));
    expect(existsSync(home)).toBe(true);
    await emulators.close();
    expect(existsSync(home)).toBe(false);
    await expect(fetch(emulators.origins.fly)).rejects.toThrow("fetch failed");
  });
});
