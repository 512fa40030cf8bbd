import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { notApart } from "../shared/apart.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "migration-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command as the application's migration, below a process with these variables, as the engine's plugin does. */
function migrate(command: string): { readonly status: number | null; readonly printed: string } {
  rmSync(join(folder, "node_modules"), { force: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", join(root, "infra", "rollout", "run-migration.ts")],
    {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...{ PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"] },
        ...{
          ROLLOUT_MIGRATE: command,
          DATABASE_URL: "postgresql://a:b@c/d",
          FLY_API_TOKEN: "of-fly",
          PULUMI_CONFIG_PASSPHRASE: "of-the-state",
        },
      },
    },
  );
  return { status, printed: stdout + stderr };
}

it("gives the migration the address of the database and no token", () => {
  const { status, printed } = migrate("node -e 'console.log(JSON.stringify(process.env))'");
  expect(status, printed).toBe(0);
  expect(printed).toContain("postgresql://a:b@c/d");
  expect(printed).not.toMatch(/of-fly|of-the-state/);
});

it.runIf(notApart() === undefined)("hides what the processes above it have", () => {
  const { status, printed } = migrate("cat /proc/[0-9]*/environ | tr '\\0' '\\n'");
  expect(status, printed).toBe(0);
  expect(printed).toContain("DATABASE_URL=");
  expect(printed).not.toMatch(/of-fly|of-the-state/);
});

it("ends as the migration ends", () => {
  expect(migrate("echo applied && exit 0")).toMatchObject({
    status: 0,
    printed: expect.stringContaining("applied") as string,
  });
  expect(migrate("echo broke off >&2; exit 3")).toMatchObject({
    status: 3,
    printed: expect.stringContaining("broke off") as string,
  });
});
