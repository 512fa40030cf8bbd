import { execFile } from "node:child_process";
import { existsSync, openSync, readSync, closeSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApp, type TestApp } from "./test-app.ts";

/** A compiled flyctl on the PATH; the scripts that a sandbox lays there are none. */
function findRealFlyctl(): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "flyctl"))
    .find((file) => existsSync(file) && isProgram(file));
}

function isProgram(file: string): boolean {
  const start = Buffer.alloc(4);
  const handle = openSync(file, "r");
  readSync(handle, start);
  closeSync(handle);
  const machO = ["cffaedfe", "feedfacf", "cafebabe"];
  return start.toString("latin1") === "\x7fELF" || machO.includes(start.toString("hex"));
}

const real = findRealFlyctl();
const title =
  real === undefined
    ? "the real flyctl (skipped: no compiled flyctl is on the PATH; its calls are replayed in flyctl-calls.test.ts)"
    : "the real flyctl";

describe.skipIf(real === undefined)(title, () => {
  let app: TestApp;
  beforeAll(async () => (app = await openTestApp()));
  afterAll(() => app.close());

  async function flyctl(...args: string[]): Promise<string> {
    const { origin, token, context } = app.cloud;
    const options = {
      cwd: app.folder,
      timeout: 170_000,
      env: {
        PATH: process.env["PATH"],
        HOME: context.home.folder,
        FLY_CONFIG_DIR: join(context.home.folder, "fly-real"),
        FLY_ACCESS_TOKEN: token,
        FLY_API_BASE_URL: origin,
        FLY_FLAPS_BASE_URL: origin,
        FLY_UIEX_BASE_URL: origin,
        FLY_METRICS_BASE_URL: origin,
        FLY_SEND_METRICS: "false",
        FLY_NO_UPDATE_CHECK: "1",
        // Whatever else it would ask for is not this test's business: nothing answers there.
        HTTPS_PROXY: "http://127.0.0.1:9",
        NO_COLOR: "1",
      },
    };
    return new Promise((resolve, reject) =>
      execFile(real ?? "", args, options, (error, stdout, stderr) => {
        if (error) reject(new Error(`flyctl ${args.join(" ")}: ${error.message}\n${stdout}${stderr}`));
        else resolve(stdout);
      }),
    );
  }
  const deploy = (label: string, strategy: string): Promise<string> =>
    flyctl(
      ...[
        "deploy",
        "--config",
        "fly.toml",
        "--image",
        `registry.fly.io/worker:${label}`,
        "--ha=false",
        "--yes",
      ],
      ...["--strategy", strategy],
    );
  const running = async (): Promise<string[]> =>
    (await app.machines()).map(({ image_ref: { tag }, state }) => `${tag} ${state}`);

  it("deploys an image with each strategy", { timeout: 300_000 }, async () => {
    await deploy("one", "rolling");
    expect(await running()).toEqual(["one started"]);
    await deploy("two", "canary");
    expect(await running()).toEqual(["two started"]);
    await deploy("one", "bluegreen");
    expect(await running()).toEqual(["one started"]);
    await deploy("two", "immediate");
    expect((await running())[0]).toContain("two");
  });

  it("reads and changes what a user would", { timeout: 180_000 }, async () => {
    expect(await flyctl("status", "-a", "worker")).toContain("personal");
    expect(await flyctl("releases", "-a", "worker", "--image")).toContain("registry.fly.io/worker:two");
    await flyctl("secrets", "set", "A=1", "-a", "worker", "--stage");
    await flyctl("secrets", "sync", "-a", "worker");
    expect(await flyctl("secrets", "list", "-a", "worker")).toContain("Staged");
    await flyctl("secrets", "unset", "A", "-a", "worker", "--stage");
    await flyctl("scale", "count", "2", "-a", "worker", "--yes");
    const ids = (await flyctl("machine", "list", "-a", "worker", "-q")).trim().split(/\s+/);
    expect(ids).toHaveLength(2);
    const [id = ""] = ids;
    await flyctl("machine", "stop", id, "-a", "worker");
    await flyctl("machine", "start", id, "-a", "worker");
    await flyctl("machine", "destroy", id, "-a", "worker", "--force");
    await flyctl("checks", "list", "-a", "worker");
    expect(await flyctl("logs", "-a", "worker", "--no-tail")).toContain("worker_start");
    expect(await flyctl("apps", "list")).toContain("worker");
    await flyctl("apps", "destroy", "worker", "--yes");
    expect(app.cloud.emulator.running()).toEqual([]);
    expect(app.cloud.wire.refusedCalls()).toEqual([]);
    expect(app.cloud.wire.unknownCalls()).toEqual([]);
  });
});
