// Runs around every test file: gives it a folder for temporary files, and fails it when it leaves something behind.
import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, inject, vi } from "vitest";
import { makeNumbered } from "./make-numbered.ts";
import { endProcesses, findLeaks } from "./leaks.ts";

// A worker runs one file after the other and keeps packages; our own modules begin again, with their state and without mocks.
vi.resetModules();

const shared = tmpdir();
const folder = makeNumbered(inject("testRunFolder"), "f");
// PostgreSQL runs as another user where the tests are root's.
chmodSync(folder, 0o711);

// Caches that are meant for all programs of the machine.
const caches = [`tsx-${String(process.geteuid?.() ?? "")}`, "node-compile-cache"];
for (const name of caches) {
  mkdirSync(join(shared, name), { recursive: true });
  symlinkSync(join(shared, name), join(folder, name), "dir");
}
process.env["TMPDIR"] = folder;
// The first image of a run installs its packages, whatever earlier runs have built.
process.env["SANDBOX_LAYERS"] = join(inject("testRunFolder"), "layers");

// The first hook that is registered is the last one to run: what the file's own hooks clean up is gone by then.
afterAll(async () => {
  const { processes, files, servers } = await findLeaks(folder, caches);
  endProcesses(processes);
  rmSync(folder, { recursive: true, force: true });
  process.env["TMPDIR"] = shared;
  (globalThis as { [key: symbol]: (() => void) | undefined })[Symbol.for("rollout.writeCoverage")]?.();
  const leaks = [
    ...processes.map(({ pid, command }) => `process ${pid}: ${command}`),
    ...files.map((file) => `file ${file}`),
    ...(servers > 0 ? [`${servers} listening server(s) in the test's own process`] : []),
  ];
  expect(leaks, "what this file's tests left behind").toEqual([]);
}, 60_000);
