import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { prepare } from "../../cli/smoke/prepare.ts";
import { parseSuite, readSuite } from "../../cli/smoke/read-suite.ts";
import type { SuiteOutcome } from "../../cli/smoke/outcome.ts";
import { failureTexts } from "../../cli/smoke/outcome.ts";
import { runSuite } from "../../cli/smoke/run-suite.ts";
import type { Postgres } from "../app/postgres.ts";
import { query, startPostgres } from "../app/postgres.ts";
import type { Marketing } from "./marketing/application.ts";
import { startMarketing } from "./marketing/application.ts";
import type { CheckName } from "./marketing/faults.ts";
import { faults } from "./marketing/faults.ts";

const file = join(import.meta.dirname, "marketing", "marketing.suite.yaml");
const suite = readSuite(file, "marketing.suite.yaml");
const apiKey = "a-key-that-is-not-shown";
const names = Object.keys(faults) as CheckName[];

let postgres: Postgres;
let databaseUrl: string;
let application: Marketing;
/** Advanced by what takes time, so that no check depends on the machine's. */
let milliseconds = 0;

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
  const delay = (by: number): void => void (milliseconds += by);
  application = await startMarketing({ databaseUrl, apiKey, delay });
});
afterAll(async () => {
  await application.stop();
  await postgres.stop();
});
beforeEach(async () => {
  application.seed(undefined);
  // A job that failed stays, as in an application.
  await query(databaseUrl, "DELETE FROM jobs");
});

async function runAll(tags: readonly string[] = []): Promise<SuiteOutcome> {
  const environment = {
    SMOKE_TEST_API_URL: application.url,
    SMOKE_TEST_DATABASE_URL: databaseUrl,
    SMOKE_TEST_API_KEY: apiKey,
  };
  return runSuite(prepare(suite, file, { tags, environment }), {
    interrupted: new AbortController().signal,
    now: () => milliseconds,
    pause: async (by) => {
      milliseconds += by;
      await application.worker.idle();
    },
  });
}

const inState = ({ checks }: SuiteOutcome, state: string): readonly string[] =>
  checks.filter((check) => check.state === state).map(({ name }) => name);

/** What the checks of a run have made and not deleted. */
async function leftovers(): Promise<number> {
  const [row] = await query<{ count: number }>(
    databaseUrl,
    `SELECT (SELECT count(*) FROM campaigns WHERE name LIKE 'Smoke test%')::int
          + (SELECT count(*) FROM links)::int + (SELECT count(*) FROM jobs WHERE queue = 'campaigns')::int AS count`,
  );
  return row?.count ?? -1;
}

describe("the suite of an application", () => {
  it("has 29 checks in 11 categories, and a fault for each", () => {
    const counts = new Map<string, number>();
    for (const { tags } of suite.checks) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      ...{ landing: 3, customers: 3, partners: 3, health: 5, cors: 2, auth: 2, dashboard: 2 },
      ...{ segments: 2, campaign: 2, link: 2, worker: 3 },
    });
    expect(suite.checks.map(({ name }) => name)).toEqual(names);
    expect(names).toHaveLength(29);
  });

  it("passes, and leaves nothing behind", async () => {
    const outcome = await runAll();
    expect(outcome.checks.flatMap(failureTexts)).toEqual([]);
    expect(inState(outcome, "passed")).toEqual(names);
    expect(await leftovers()).toBe(0);
  });

  it.each(names.map((name) => [name, faults[name]] as const))(
    "fails at %s alone where %s, and leaves nothing behind",
    async (name) => {
      application.seed(name);
      const outcome = await runAll();
      expect(inState(outcome, "failed"), outcome.checks.flatMap(failureTexts).join("\n")).toEqual([name]);
      // Only what needs its values may be missing.
      for (const { state, reason } of outcome.checks)
        if (state === "not run") expect(reason).toMatch(/has not passed/);
      expect(inState(outcome, "passed").length).toBeGreaterThanOrEqual(24);
      expect(await leftovers()).toBe(0);
      expect(JSON.stringify(outcome)).not.toContain(apiKey);
    },
  );

  it("runs the checks of a tag, and those that they need", async () => {
    const outcome = await runAll(["worker"]);
    expect(inState(outcome, "passed")).toEqual([
      "campaign: it is accepted",
      ...names.filter((name) => name.startsWith("worker: ")),
    ]);
  });
});

describe("a query of a suite", () => {
  const ask = async (sql: string): Promise<readonly string[]> => {
    const parsed = parseSuite(
      { suite: "s", checks: [{ name: "a", sql: { query: sql }, expect: { rows: 1 } }] },
      "a.yaml",
    );
    const environment = { SMOKE_TEST_API_URL: application.url, SMOKE_TEST_DATABASE_URL: databaseUrl };
    const prepared = prepare(parsed, "a.yaml", { tags: [], environment });
    return (await runSuite(prepared, { interrupted: new AbortController().signal })).checks.flatMap(
      failureTexts,
    );
  };

  it("can only read", async () => {
    expect(await ask("SELECT 1")).toEqual([]);
    expect(await ask("DELETE FROM segments")).toEqual([
      "query: expected an answer, found cannot execute DELETE in a read-only transaction",
    ]);
    expect(await ask("SELECT 1; COMMIT; DELETE FROM segments")).toEqual([
      "query: expected an answer, found cannot insert multiple commands into a prepared statement",
    ]);
    expect(await query(databaseUrl, "SELECT 1 FROM segments")).toHaveLength(2);
  });
});
