import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openGitHub } from "../github/client.ts";
import { useTestApi } from "../shared/test-api.ts";
import { approvalOfRun } from "./approval.ts";
import { migrationFaults } from "./migration-faults.ts";
import { asCommits, signedLinks, testRecords } from "./records/test-keys.ts";

/** Files of a checkout in which two branches were merged that both had added a migration number 2. */
const files = {
  "0000_plans": "CREATE TABLE plans (id integer PRIMARY KEY, status text);",
  "0002_archive_failed": "DELETE FROM plans WHERE status = 'failed';",
  "0002_zones": "-- undo: ALTER TABLE plans DROP COLUMN zone;\nALTER TABLE plans ADD COLUMN zone text;",
};
const names = Object.keys(files);
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const digestOf = (set: readonly (keyof typeof files)[]): string =>
  hashOf(set.map((name) => `${name} ${hashOf(files[name])}\n`).join(""));

let folder: string;
/** What GitHub knows: entries of the record, newest first, and the last deployment's set. */
let entries: readonly object[];
/** The record of production. */
let live: readonly object[];
let deployed: string | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "shop-faults-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.sql`), text);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  [entries, live, deployed] = [[], [], undefined];
});

const { access } = useTestApi(({ url }) => {
  const isLive = url.includes("production");
  const chain = isLive ? live : entries;
  if (url.includes("/git/ref/"))
    return chain.length === 0
      ? { status: 404, body: {} }
      : { status: 200, body: { ref: "r", object: { sha: isLive ? "production" : "s" } } };
  if (url.includes("/commits"))
    return {
      status: 200,
      body: asCommits(signedLinks([...chain].reverse(), isLive ? "production" : "staging")),
    };
  if (url.includes("/statuses"))
    return { status: 200, body: [{ state: "success", description: "", created_at: "2026-01-01" }] };
  const payload = { migrations: { digest: deployed } };
  return {
    status: 200,
    body: deployed === undefined ? [] : [{ id: 1, sha: "c", created_at: "2026-01-01", payload }],
  };
});

/** A release of the record with these migrations. */
function release(attempt: number, set: readonly string[], result = "success"): readonly object[] {
  const part = { source: "s", commit: "c" };
  const worker = { ...part, image: "i", config: "x" };
  return [
    { schema: 2, kind: "ended", attempt, at: "2026-01-01", result, description: "", previous: "p" },
    {
      ...{ schema: 2, kind: "begun", attempt, at: "2026-01-01", by: "a@b", environment: "staging" },
      ...{ release: "c", commit: "c", checks: [], settings: "s", deployment: 1, previous: "p" },
      composition: {
        ...{ web: part, workers: { worker, mailer: worker }, variables: { web: {}, workers: {} } },
        migrations: { digest: "d", names: set },
      },
    },
  ];
}

const faults = async (environment = "staging"): Promise<readonly string[]> =>
  migrationFaults(
    { folder, approved: [], names },
    { owner: "o", repository: "r", environment, commit: "c", records: testRecords },
    await openGitHub(access),
  );
const refused = expect.arrayContaining([
  expect.stringMatching(/^0002_archive_failed\.sql line 1: delete-rows plans/),
]) as unknown;

describe("a migration that stands before one that has run", () => {
  it("is judged, since no release on record had it", async () => {
    entries = release(1, ["0000_plans", "0002_zones"]);
    expect(await faults()).toEqual(refused);
  });

  it("is judged where only a failed release had it", async () => {
    entries = [...release(2, names, "failure"), ...release(1, ["0000_plans", "0002_zones"])];
    expect(await faults()).toEqual(refused);
  });

  it("is not judged again once a release had it, also after a rollback to one without it", async () => {
    entries = [...release(3, ["0000_plans", "0002_zones"]), ...release(2, names)];
    expect(await faults()).toEqual([]);
  });

  it("is judged in an environment without a record, whose deployment names another set", async () => {
    deployed = hashOf("another set");
    expect(await faults("pr-42")).toEqual(refused);
    deployed = digestOf(["0000_plans", "0002_archive_failed"]);
    expect(await faults("pr-42")).toEqual([]);
  });
});

describe("a destructive migration of production", () => {
  const name = "0005_drop_status";
  const drop =
    "-- destructive(drop-column plans.status): unused\n-- undo: x\nALTER TABLE plans DROP COLUMN status;";
  const place = { owner: "o", repository: "r", environment: "production", commit: "c", records: testRecords };
  const reviewed = { reviewers: [7], folder: "migrations", stack: "prod" };
  const ask = async (more: object): Promise<readonly string[]> => {
    writeFileSync(join(folder, `${name}.sql`), drop);
    const approved = [`${name}@${hashOf(drop).slice(0, 16)}`];
    const set = { folder, approved, names: ["0000_plans", name], ...more };
    return migrationFaults(set, place, await openGitHub(access));
  };

  it("requires a reviewer's approval in addition to the stack file's, where reviewers are named", async () => {
    live = release(1, ["0000_plans"]);
    expect(await ask({ reviewed })).toEqual([
      expect.stringMatching(/^0005_drop_status\.sql: production requires the approval of a reviewer/),
    ]);
    expect(approvalOfRun()).toBeUndefined();
    expect(await ask({})).toEqual([]);
  });

  it("requires none once the database has it", async () => {
    live = release(1, ["0000_plans", name]);
    expect(await ask({ reviewed })).toEqual([]);
  });
});

it("names the release between for a value of an enum that production would get together with its use", async () => {
  const texts = {
    "0002_kind": "CREATE TYPE kind AS ENUM ('private'); ALTER TABLE plans ADD COLUMN kind kind;",
    "0003_shared": "ALTER TYPE kind ADD VALUE 'shared';",
    "0004_default": "ALTER TABLE plans ADD COLUMN other_kind kind DEFAULT 'shared';",
  };
  for (const [name, sql] of Object.entries(texts))
    writeFileSync(join(folder, `${name}.sql`), `-- undo: x\n${sql}`);
  const all = Object.keys(texts);
  const place = { owner: "o", repository: "r", environment: "production", commit: "c" };
  const asked = { ...place, records: testRecords, proof: { provenOn: "staging" } };
  const ask = async (): Promise<readonly string[]> =>
    migrationFaults({ folder, approved: [], names: all }, asked, await openGitHub(access));
  live = release(1, all.slice(0, 1));
  entries = [...release(2, all), ...release(1, all.slice(0, 2))];
  expect(await ask()).toEqual([
    expect.stringMatching(
      /^0004_default\.sql line 2: enum-used-at-once kind\.shared: .*Release #1 of staging is one: git checkout c, and roll it out first$/,
    ),
  ]);
  live = release(1, all.slice(0, 2));
  expect(await ask()).toEqual([]);
});
