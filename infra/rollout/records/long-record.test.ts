import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CloudAccess } from "../../shared/cloud-access.ts";
import { openGitHub } from "../../github/client.ts";
import { useTestApi } from "../../shared/test-api.ts";
import { gateFaults } from "../gate-checks.ts";
import { attemptsIn } from "./attempts.ts";
import type { Link } from "./chain.ts";
import { parseEntry } from "./entry.ts";
import { readNewest, readRecord } from "./read-record.ts";
import { chainOf, good } from "./test-chain.ts";
import { commitsPage, testRecords } from "./test-keys.ts";

const releases = 200;
const migrations = ["0000_plans"];
const place = { owner: "o", repository: "r", environment: "staging", records: testRecords };
const chainOfMany = (count: number): Link[] =>
  chainOf(
    ...Array.from({ length: count }, (_, index) => ({
      source: (index % 16).toString(16),
      ...good,
      migrations,
    })),
  );

let chain: readonly Link[];
let fails = false;
const { access, calls } = useTestApi(({ url }) => {
  if (fails) return { status: 422, body: { message: "no" } };
  if (url.includes("/git/ref/")) return { status: 200, body: { object: { sha: chain[0]?.sha } } };
  if (url.includes("/deployments")) return { status: 200, body: [] };
  if (url.includes("/check-runs")) return { status: 200, body: { total_count: 0, check_runs: [] } };
  if (url.includes("/status"))
    return { status: 200, body: { statuses: [{ context: "ci", state: "success" }] } };
  if (!url.includes("/commits?")) return { status: 200, body: { data: { app: { image: null } } } };
  return commitsPage(chain, url, access.baseUrl);
});
const pagesRead = (): number => calls.filter(({ url }) => url.includes("/commits?")).length;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "migrations-"));
  // A finding, so that the gate asks which migrations have run.
  writeFileSync(join(folder, "0000_plans.sql"), "-- undo: no\nDROP TABLE plans;\n");
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  chain = chainOfMany(releases);
  fails = false;
  calls.length = 0;
});

describe(`a record of ${String(releases)} releases`, () => {
  it("is read in one call for a hundred entries", async () => {
    const attempts = attemptsIn(await readRecord(await openGitHub(access), place));
    expect(attempts).toHaveLength(releases);
    expect(calls).toHaveLength(1 + (2 * releases) / 100);
  });

  it("is read in one call where only the newest entries are asked for, each of which counts", async () => {
    const { chain: newest, isCut } = await readNewest(await openGitHub(access), place);
    expect([newest.length, isCut, calls.length]).toEqual([100, true, 2]);
    expect(newest).toEqual(chain.slice(0, 100));
    expect(attemptsIn(newest)[0]?.number).toBe(releases);
  });

  it.each([
    ["another text", (link: Link): Link => ({ ...link, message: link.message.replace('"ci"', '"no"') })],
    ["another parent", (link: Link): Link => ({ ...link, parents: ["f".repeat(40)] })],
  ])("is refused by its newest entries where one has %s", async (_name, change) => {
    chain = chain.map((link, index) => (index === 51 ? change(link) : link));
    await expect(readNewest(await openGitHub(access), place)).rejects.toThrow("is refused");
  });

  it("is read completely where its newest entries are not numbered", async () => {
    const unnumbered = ({ message, ...link }: Link): Link => {
      const text = message.replace(/"entry":\d+,/, "");
      return { ...link, message: text, entry: parseEntry(text) };
    };
    chain = chain.map((link, index) => (index === 99 ? unnumbered(link) : link));
    await expect(readNewest(await openGitHub(access), place)).rejects.toThrow("is refused");
    expect(pagesRead()).toBe(1 + (2 * releases) / 100);
  });

  it("has no entry before the newest where it is short", async () => {
    chain = chainOfMany(3);
    const { chain: newest, isCut } = await readNewest(await openGitHub(access), place);
    expect([newest.length, isCut]).toEqual([6, false]);
  });

  it("is read once by all that the gate asks of it", async () => {
    const images = { app: "worker", references: ["registry.fly.io/app:f"] };
    const clouds = {
      github: access,
      fly: { ...access, graphqlUrl: access.baseUrl },
    } as unknown as CloudAccess;
    const candidate = {
      ...{ ...place, commit: "f".repeat(40), requiredChecks: ["ci"], images },
      migrations: { folder, approved: [], names: migrations },
    };
    await gateFaults(candidate, clouds, new Date());
    expect(pagesRead()).toBe((2 * releases) / 100);
    // CI, the image, and the newest entry for each that asks.
    expect(calls.length - pagesRead()).toBeLessThan(10);
  });

  it("is read again once it has another entry", async () => {
    const github = await openGitHub(access);
    await readRecord(github, place);
    chain = chainOfMany(releases + 1);
    expect(attemptsIn(await readRecord(github, place))).toHaveLength(releases + 1);
  });

  it("is read again after a failure", async () => {
    const github = await openGitHub(access);
    fails = true;
    await expect(readRecord(github, place)).rejects.toThrow("422");
    fails = false;
    await expect(readRecord(github, place)).resolves.toHaveLength(2 * releases);
  });
});
