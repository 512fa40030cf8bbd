import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { migrateCopy, MigrationsFailed } from "./migrate-copy.ts";

const databaseUrl = "postgres://owner:password-of-the-owner@127.0.0.1:1/copy";
const run = (command: string, hasReport: boolean) =>
  migrateCopy({
    ...{ migrate: { command, hasReport }, pending: ["003_mail", "004_orders"], databaseUrl },
    ...{ checkout: tmpdir(), limitMilliseconds: 60_000, signal: new AbortController().signal },
  });

it("reads time and locks of each migration from a command that reports them, whatever else it prints", async () => {
  const lock = { relation: "public.orders", mode: "AccessExclusiveLock", blocks: "all", milliseconds: 2 };
  const applied = [{ name: "003_mail", milliseconds: 3, locks: [lock], rewritten: [] }];
  const report = JSON.stringify({ applied });
  expect(await run(`echo "> migrate"; echo '${report}'`, true)).toEqual(applied);
  await expect(run("echo done", true)).rejects.toThrow(
    '`echo done` printed no report; expected one line {"applied"',
  );
});

it("knows of a plain command how long all migrations took together", async () => {
  expect(await run('test -n "$DATABASE_URL"', false)).toEqual([
    {
      name: "003_mail, 004_orders",
      milliseconds: expect.any(Number) as number,
      locks: [],
      rewritten: [],
    },
  ]);
});

it("fails with what the command printed, without the address of the database", async () => {
  const failed: unknown = await run('echo "no column at $DATABASE_URL" >&2; exit 1', false).catch(
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(MigrationsFailed);
  expect((failed as Error).message).toMatch(/ended with 1: no column at \[secret\]$/);
});
