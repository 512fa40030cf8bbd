import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openInstallation } from "./installation.ts";
import { makeTemplate } from "./template.ts";

let work: string;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "template-"));
  chmodSync(work, 0o711);
  vi.stubEnv("ROLLOUT_CACHE", join(work, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(work, { recursive: true });
});

/** The identifier that initdb gives a cluster, and the stored passwords of its roles. */
async function templateOf(home: string, password: string): Promise<{ identifier: string; data: Buffer }> {
  const folder = join(work, home);
  mkdirSync(folder, { mode: 0o711 });
  const template = await makeTemplate(await openInstallation(folder, folder), password, []);
  const control = readFileSync(join(template, "global", "pg_control"));
  // pg_authid has this number in each cluster.
  return {
    identifier: control.subarray(0, 8).toString("hex"),
    data: readFileSync(join(template, "global", "1260")),
  };
}

it("initializes one cluster for all sandboxes of a user; each gets a copy with its own password", async () => {
  const first = await templateOf("first", "one");
  const second = await templateOf("second", "two");
  expect(second.identifier).toBe(first.identifier);
  expect(second.data.equals(first.data)).toBe(false);
  expect(readdirSync(join(work, "cache"))).toHaveLength(1);

  rmSync(join(work, "cache"), { recursive: true });
  expect((await templateOf("third", "one")).identifier).not.toBe(first.identifier);
});
