import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { steadyFunctions } from "../../infra/migration-lint/functions.ts";
import { corpus } from "../../infra/migration-lint/test-corpus.ts";
import { type Postgres, startPostgres } from "../app/postgres.ts";
import { effectOf, schema } from "./effect.ts";

const documentation = join(import.meta.dirname, "../../docs/migrations.md");

let postgres: Postgres;
let client: pg.Client;

beforeAll(async () => {
  postgres = await startPostgres();
  client = new pg.Client({ connectionString: await postgres.createDatabase() });
  await client.connect();
  await client.query(schema);
});

afterAll(async () => {
  await client.end();
  await postgres.stop();
});

const shown = corpus.filter(({ unseen }) => unseen === undefined);

/** What trying shows of a migration: that it does not run on the data, or what the running release cannot do behind it. */
const triedAndSeen = new Map<string, boolean>();

it.each(shown)("really does what the corpus declares: $name, $truth", async (example) => {
  const effect = await effectOf(client, example);
  triedAndSeen.set(example.name, effect.error !== undefined || effect.failing.length > 0);
  const { truth } = example;
  if (truth.includes("fails")) {
    expect(effect.error).toBeDefined();
    return;
  }
  expect(effect.error).toBeUndefined();
  expect(effect).toMatchObject({ losesData: truth.includes("loses data") });
  if (truth.includes("breaks")) expect([...effect.failing, ...effect.readsFewer]).not.toEqual([]);
  if (truth.includes("locks"))
    expect(effect.rewrites || effect.liftsLimits || effect.locked.length > 0).toBe(true);
  if (truth.includes("safe"))
    expect(effect).toMatchObject({ failing: [], readsFewer: [], rewrites: false, liftsLimits: false });
  if (example.expected.some((finding) => finding.startsWith("rewrite-table")))
    expect(effect.rewrites).toBe(true);
});

it("shows by trying what the linter misses, and counts as docs/migrations.md states", () => {
  const documented = readFileSync(documentation, "utf8").replaceAll(/\s+/g, " ");
  const unsafe = shown.filter(({ truth }) => !truth.includes("safe"));
  const seen = unsafe.filter(({ name }) => triedAndSeen.get(name) === true);
  const missed = unsafe.filter(({ expected }) => expected.length === 0);
  const fixed = missed.filter((example) => seen.includes(example));
  const told = [
    `By trying alone ${seen.length} of ${unsafe.length} unsafe ones are seen.`,
    `Of the ${missed.length} that the linter misses trying shows ${fixed.length}: ${fixed.map(({ name }) => name).join(", ")}.`,
  ];
  console.log(told.join("\n"));
  for (const line of told) expect(documented).toContain(line);
});

it("takes for steady only functions that PostgreSQL itself declares to write nothing", async () => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT proname AS name FROM pg_proc
     WHERE pronamespace = 'pg_catalog'::regnamespace AND provolatile = 'v' AND proname = ANY ($1)`,
    [[...steadyFunctions]],
  );
  expect(rows).toEqual([]);
});
