import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const checkout = join(import.meta.dirname, "..", "..");

const guarded = `
  require("tsx/cjs");
  require(${JSON.stringify(join(import.meta.dirname, "orphan-guard.ts"))}).endWithTheEngine();
`;

/** What the SDK's provider process does with an error that was not caught (cmd/dynamic-provider). */
const program = `
  process.on("uncaughtException", (error) => console.error(error));
  ${guarded}
  setTimeout(() => { throw new Error("the engine is gone"); }, 300);
  setTimeout(() => {}, 60_000);
`;

it("a provider whose engine was killed ends, instead of writing for ever to an engine that is gone", async () => {
  const child = spawn(process.execPath, ["-e", program], {
    cwd: checkout,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  child.stderr.destroy();
  try {
    const [code] = (await once(child, "exit", { signal: AbortSignal.timeout(20_000) })) as [number | null];
    expect(code).toBe(1);
  } finally {
    child.kill("SIGKILL");
  }
});

/** Pulumi's own launcher waits in between; one that execs is gone by then. */
const launchers = {
  "by the engine itself": '#!/bin/sh\nexec "$@"\n',
  "by a launcher": '#!/bin/sh\n"$@"\n:\n',
};

/** An engine: starts a provider that has nothing to report, prints its process and waits. */
const engine = (launcher: string): string => `
  const idle = ${JSON.stringify(`${guarded} process.send(process.pid); setTimeout(() => {}, 60_000);`)};
  const { spawn } = require("node:child_process");
  const stdio = ["ignore", "ignore", "ignore", "ipc"];
  const provider = spawn(${JSON.stringify(launcher)}, [process.execPath, "-e", idle], { stdio });
  provider.once("message", (pid) => console.log(pid));
  setTimeout(() => {}, 60_000);
`;

it.each(Object.entries(launchers))(
  "a provider with nothing to report, started %s, ends as well when its engine was killed",
  async (_how, script) => {
    const folder = mkdtempSync(join(tmpdir(), "shop-launcher-"));
    const launcher = join(folder, "pulumi-resource-pulumi-nodejs");
    writeFileSync(launcher, script, { mode: 0o700 });
    const child = spawn(process.execPath, ["-e", engine(launcher)], {
      cwd: checkout,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let provider: number | undefined;
    try {
      const [line] = (await once(child.stdout, "data", { signal: AbortSignal.timeout(20_000) })) as [Buffer];
      provider = Number(line.toString());
      expect(isAlive(provider)).toBe(true);
      child.kill("SIGKILL");
      await expect.poll(() => isAlive(provider ?? 0), { timeout: 60_000 }).toBe(false);
    } finally {
      child.kill("SIGKILL");
      if (provider !== undefined && isAlive(provider)) process.kill(provider, "SIGKILL");
      rmSync(folder, { recursive: true });
    }
  },
);

it("the provider itself ends with its engine before it was given a resource, too", async () => {
  const provider = join(import.meta.dirname, "engine-provider", "pulumi-resource-pulumi-nodejs");
  const engineOfProvider = `
    const { spawn } = require("node:child_process");
    const provider = spawn(${JSON.stringify(provider)}, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
    // It prints the port at which it waits.
    provider.stdout.once("data", () => console.log(provider.pid));
    setTimeout(() => {}, 60_000);
  `;
  const child = spawn(process.execPath, ["-e", engineOfProvider], {
    cwd: checkout,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let pid = 0;
  try {
    const [line] = (await once(child.stdout, "data", { signal: AbortSignal.timeout(60_000) })) as [Buffer];
    pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    child.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
  } finally {
    child.kill("SIGKILL");
    if (pid > 0 && isAlive(pid)) process.kill(pid, "SIGKILL");
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
