import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flyctl, prepareFlyctl, startFlyctl, writeProgram } from "../../flyctl/test-program.ts";
import { openTestCloud, type TestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import { type MachineAnswer, until } from "./test-app.ts";
import { testWorker } from "./test-worker.ts";

let cloud: TestCloud;
let folder: string;

beforeAll(async () => {
  cloud = await openTestCloud("fly", open);
  await prepareFlyctl(cloud);
  folder = await mkdtemp(join(tmpdir(), "atlaris-flyctl-"));
  await writeProgram(folder);
  await call("POST", "/v1/apps", { name: "worker", org_slug: "personal" });
});

afterAll(async () => {
  await cloud.close();
  await rm(folder, { recursive: true, force: true });
});

const { call, statusOf, machine, health, build, deploy } = testWorker(
  () => cloud,
  () => folder,
);

describe("Fly.io on this machine, driven by flyctl", () => {
  it("builds an image from a Dockerfile, and the same one again from the cache", async () => {
    const first = await build("one", "--build-arg", "LABEL=blue");
    expect(first.stderr).toContain("counting hello there");
    expect(first.stdout).toContain("image: registry.fly.io/worker:one\n");
    expect(first.code).toBe(0);

    const again = await build("again", "--build-arg", "LABEL=blue");
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("(cached)");
    expect(again.stderr).not.toContain("counting");
    const images = await readdir(join(cloud.context.dataFolder, "images"));
    expect(images).toHaveLength(1);
    const files = await readdir(join(cloud.context.dataFolder, "images", images[0] ?? "", "srv"));
    expect(files.sort()).toEqual(["broken.mjs", "server.mjs", "stamp.txt"]);
  });

  it("ends a build whose command fails with the command's last lines", async () => {
    const dockerfile = join(folder, "Dockerfile.fails");
    await writeFile(dockerfile, `FROM node:20\nWORKDIR /x\nRUN echo "no such thing" >&2; exit 7\n`);
    const failed = await flyctl(cloud, folder, "deploy", "--build-only", "--dockerfile", "Dockerfile.fails");
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/Error: failed to fetch an image or build from source: .*line 3: RUN/);
    expect(failed.stderr).toContain("exit code: 7\nno such thing");
  });

  it("deploys: a machine runs, answers its health check and has nothing of the cloud's own environment", async () => {
    await call("POST", "/v1/apps/worker/secrets", { values: { DATABASE_URL: "postgres://first" } });
    const deployed = await deploy("one", "-e", "EXTRA=yes");
    expect(deployed.stderr).not.toContain("Error");
    expect(deployed.code).toBe(0);
    const emitted = JSON.parse(deployed.stdout.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
    expect(emitted).toMatchObject({ version: 1, image_ref: "registry.fly.io/worker:one" });

    const made = await machine();
    expect(made).toMatchObject({
      state: "started",
      image_ref: { repository: "worker", tag: "one" },
      checks: [{ name: "health", status: "passing" }],
    });
    expect(made.image_ref.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(made.config.checks?.["health"]?.port).toBe(8080);
    const { env, stamp, label } = await health();
    expect({ stamp, label }).toEqual({ stamp: "one", label: "blue" });
    expect(env).toMatchObject({
      DATABASE_URL: "postgres://first",
      EXTRA: "yes",
      FLY_APP_NAME: "worker",
      FLY_MACHINE_ID: made.id,
    });
    const names = Object.keys(env).filter((name) => !name.startsWith("FLY_"));
    expect(names.sort()).toEqual(
      ["DATABASE_URL", "EXTRA", "LABEL", "LOG_LEVEL", "PATH", "PORT", "PRIMARY_REGION"].sort(),
    );
  });

  it("gives a machine a changed secret with the next deploy only", async () => {
    const before = await call<{ secrets: { digest: string }[] }>("GET", "/v1/apps/worker/secrets");
    await call("POST", "/v1/apps/worker/secrets", { values: { DATABASE_URL: "postgres://second" } });
    const after = await call<{ secrets: { digest: string }[] }>("GET", "/v1/apps/worker/secrets");
    expect(after.secrets[0]?.digest).not.toBe(before.secrets[0]?.digest);
    expect(JSON.stringify(after)).not.toContain("postgres://");
    expect((await health()).env["DATABASE_URL"]).toBe("postgres://first");

    await writeFile(join(folder, "version.txt"), "two\n");
    expect((await build("two")).code).toBe(0);
    const old = await machine();
    expect((await deploy("two")).code).toBe(0);
    const updated = await machine();
    expect(updated.id).toBe(old.id);
    expect(updated.instance_id).not.toBe(old.instance_id);
    expect(updated.image_ref.digest).not.toBe(old.image_ref.digest);
    const now = await health();
    expect(now.stamp).toBe("two");
    expect(now.env["DATABASE_URL"]).toBe("postgres://second");
    const logs = await flyctl(cloud, folder, "logs", "--no-tail", "--app", "worker");
    expect(logs.stdout).toContain('"stamp":"two"');
  });

  it("restarts a program that was killed, and records why", async () => {
    const { pid } = await health();
    process.kill(pid, "SIGKILL");
    await until("another process answers", async () => (await health()).pid !== pid);
    const { events, state } = await machine();
    expect(state).toBe("started");
    expect(events.find((event) => event.type === "exit")?.request?.exit_event.exit_code).toBe(137);
  });

  it("brings the machines back when the clouds are closed and opened again", async () => {
    const before = await machine();
    const { pid } = await health();
    cloud = await cloud.reopen();
    await until("the machine answers again", async () => (await health()).pid !== pid);
    expect((await machine()).instance_id).toBe(before.instance_id);
    await until("its check passes", async () => (await machine()).checks[0]?.status === "passing");
  });

  it("fails a deploy whose program exits at boot at once, with its last lines, and a fixed one comes up", async () => {
    const failed = await flyctl(
      cloud,
      folder,
      ...["deploy", "-c", "fly.broken.toml", "--image", "registry.fly.io/worker:two", "--ha=false", "--yes"],
    );
    expect(failed.code).toBe(1);
    expect(failed.stderr, "it does not wait for its limit").not.toMatch(/timeout/i);
    expect(failed.stderr).toMatch(/Error: smoke checks for \w+ failed: the app appears to be crashing/);
    expect(failed.stderr).toContain("missing setting: X");
    const { releases } = await call<{ releases: { version: number; status: string }[] }>(
      "GET",
      "/api/v1/apps/worker/releases",
    );
    expect(releases.map(({ version, status }) => `${version} ${status}`)).toEqual([
      "3 failed",
      "2 complete",
      "1 complete",
    ]);
    const { id } = await machine();
    expect((await statusOf("GET", `/v1/apps/worker/machines/${id}/lease`))[0]).toBe(404);

    const fixed = await deploy("two");
    expect(fixed.code, fixed.stderr).toBe(0);
    expect((await health()).stamp).toBe("two");
  });

  it("names the check that did not pass within the wait timeout", async () => {
    await writeFile(
      join(folder, "fly.deaf.toml"),
      `app = "worker"\n[processes]\napp = "node -e 'setInterval(()=>{},1000)'"\n[checks.health]\ntype = "http"\nport = 8080\npath = "/health"\ngrace_period = "0s"\n`,
    );
    const failed = await flyctl(
      cloud,
      folder,
      ...["deploy", "-c", "fly.deaf.toml", "--image", "registry.fly.io/worker:two", "--wait-timeout", "2s"],
    );
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/Error: timeout reached waiting for health checks to pass for machine \w+/);
    expect(failed.stderr).toContain("health: critical: connect ECONNREFUSED");
  });

  it("ends an interrupted deploy with its leases released and the release interrupted", async () => {
    const running = startFlyctl(cloud, folder, [
      ...["deploy", "-c", "fly.deaf.toml", "--image", "registry.fly.io/worker:two", "--wait-timeout", "60s"],
    ]);
    const { id } = await machine();
    const lease = `/v1/apps/worker/machines/${id}/lease`;
    await until("the machine is leased", async () => (await statusOf("GET", lease))[0] === 200);
    const [status, answer] = await statusOf("POST", `/v1/apps/worker/machines/${id}`, "{}");
    expect([status, answer]).toEqual([409, expect.stringContaining("lease currently held by")]);
    running.signal("SIGTERM");
    expect((await running.ended).code).toBe(127);
    expect((await statusOf("GET", lease))[0]).toBe(404);
    const [newest] = (
      await call<{ releases: { status: string }[] }>("GET", "/api/v1/apps/worker/releases?limit=1")
    ).releases;
    expect(newest?.status).toBe("interrupted");
  });

  it("makes machines for new process groups, with a standby each, and removes those of groups that are gone", async () => {
    await writeFile(
      join(folder, "fly.groups.toml"),
      `app = "worker"\n[env]\nHOST = "0.0.0.0"\n[processes]\nfirst = "node server.mjs"\nsecond = "node server.mjs"\n[checks.health]\ntype = "tcp"\nport = 8080\n`,
    );
    const image = ["--image", "registry.fly.io/worker:two"];
    const deployGroups = (strategy: string) =>
      flyctl(cloud, folder, "deploy", "-c", "fly.groups.toml", ...image, "--strategy", strategy);
    const made = await deployGroups("immediate");
    expect(made.code).toBe(0);
    const machines = await call<MachineAnswer[]>("GET", "/v1/apps/worker/machines");
    const shown = (all: MachineAnswer[]): string[] =>
      all.map(({ config, state }) => `${config.metadata["fly_process_group"] ?? ""} ${state}`).sort();
    expect(shown(machines)).toEqual(["first started", "first stopped", "second started", "second stopped"]);
    await until("both answer", async () => (await health()).env["HOST"] === "127.0.0.1");

    const canary = await deployGroups("canary");
    expect(canary.code).toBe(0);
    expect(canary.stdout).toContain("Creating canary machine for group second");
    expect(shown(await call("GET", "/v1/apps/worker/machines"))).toEqual(shown(machines));

    expect((await deploy("two")).code).toBe(0);
    expect(shown(await call("GET", "/v1/apps/worker/machines"))).toEqual(["app started"]);
  });

  it("stops and starts a machine on request, and leaves a stopped one stopped when it deploys", async () => {
    const { id } = await machine();
    const wait = (state: string): Promise<unknown> =>
      call("GET", `/v1/apps/worker/machines/${id}/wait?state=${state}&timeout=10`);
    expect((await flyctl(cloud, folder, "machine", "stop", id, "--app", "worker")).code).toBe(0);
    await wait("stopped");
    const deployed = await deploy("two");
    expect(deployed.code).toBe(0);
    expect(deployed.stderr).toContain(`start it with: flyctl machine start ${id}`);
    // It reads as `replacing` for a moment, and Fly refuses to start it then.
    await until("it is stopped", async () => (await machine()).state === "stopped");
    expect((await flyctl(cloud, folder, "machine", "start", id, "--app", "worker")).code).toBe(0);
    await wait("started");
  });

  it("answers the listings of flyctl as JSON", async () => {
    await until("the check passes", async () => (await machine()).checks[0]?.status === "passing");
    const json = async (...words: string[]): Promise<unknown> =>
      JSON.parse((await flyctl(cloud, folder, ...words, "--app", "worker", "--json")).stdout);
    const { id } = await machine();
    expect(await json("status")).toMatchObject({ Name: "worker", Deployed: true, Machines: [{ id }] });
    const [newest] = (await json("releases")) as unknown[];
    expect(newest).toMatchObject({ Status: "complete", ImageRef: "registry.fly.io/worker:two" });
    expect(await json("checks", "list")).toMatchObject({ [id]: [{ name: "health", status: "passing" }] });
    expect(await json("secrets", "list")).toMatchObject([{ name: "DATABASE_URL" }]);
  });

  it("names what it does not know: images, flags, commands, keys, fields, tokens", async () => {
    const missing = await deploy("never-built");
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain(
      'Error: failed to fetch an image or build from source: Could not find image "registry.fly.io/worker:never-built"',
    );
    const flag = await flyctl(cloud, folder, "deploy", "--turbo");
    expect([flag.code, flag.stderr]).toEqual([
      1,
      expect.stringMatching(/^Error: unknown flag: --turbo\nThis emulator of flyctl lacks it/),
    ]);
    expect((await flyctl(cloud, folder, "launch")).stderr).toContain('unknown command "launch" for "flyctl"');
    await writeFile(join(folder, "fly.typo.toml"), `app = "worker"\nprimary_regoin = "fra"\n`);
    expect((await flyctl(cloud, folder, "deploy", "-c", "fly.typo.toml")).stderr).toContain("primary_regoin");

    expect(await statusOf("POST", "/v1/apps", `{"name":"x","org_slug":"personal","colour":"red"}`)).toEqual([
      400,
      expect.stringContaining("colour"),
    ]);
    expect(await statusOf("POST", "/v1/apps", `{"name":"worker","org_slug":"personal"}`)).toEqual([
      422,
      `{"error":"Validation failed: Name has already been taken","status":"name_taken"}`,
    ]);
    expect((await statusOf("GET", "/v1/apps/worker", undefined, "wrong"))[0]).toBe(401);
    expect((await statusOf("GET", "/v1/apps/nobody"))[0]).toBe(404);
  });

  it("deletes an app with its machines", async () => {
    await call("DELETE", "/v1/apps/worker");
    expect(cloud.emulator.running()).toEqual([]);
    expect((await statusOf("GET", "/v1/apps/worker"))[0]).toBe(404);
  });
});
