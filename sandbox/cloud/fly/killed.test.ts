import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, openSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { openProcessKeeper } from "../process-keeper.ts";
import { newPlace } from "../test-context.ts";
import { startCloudProcess } from "../test-process.ts";
import { builtImage } from "./test-image.ts";
import { type MachineAnswer, until } from "./test-app.ts";

const place = await newPlace("fly");
let kill: (() => Promise<void>) | undefined;

afterAll(async () => {
  await kill?.();
  // What a killed emulator leaves behind ends with the next; here there is none.
  for (const { pid } of programs()) process.kill(pid, "SIGKILL");
  await rm(place.folder, { recursive: true, force: true });
});

async function call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const response = await fetch(`http://127.0.0.1:${place.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${place.token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, text).toBeLessThan(300);
  return (text === "" ? undefined : JSON.parse(text)) as Body;
}

/** Processes of this home's machines, whoever started them. */
function programs(): { pid: number; machine: string }[] {
  return execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+) .*--title=(\w+)-of-(\w+)/.exec(line))
    .filter((found) => found?.[3] === String(place.port))
    .map((found) => ({ pid: Number(found?.[1]), machine: found?.[2] ?? "" }));
}

const at = "/v1/apps/worker/machines";
const names = ["a", "b", "c"];

it("has all that it acknowledged and runs each machine once, however often it is killed with -9", async () => {
  kill = await startCloudProcess("fly", place);
  await call("POST", "/v1/apps", { name: "worker", org_slug: "personal" });
  const image = await builtImage(place, "worker");
  for (const name of names) {
    // The title makes a machine's process known among those of this host.
    const exec = [
      "node",
      "-e",
      "setInterval(() => {}, 1000)",
      "--",
      `--title=${name}-of-${String(place.port)}`,
    ];
    await call("POST", at, { name, config: { image, init: { exec }, restart: { policy: "always" } } });
  }
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    await until("each machine runs", async () => {
      const machines = await call<MachineAnswer[]>("GET", at);
      return machines.length === names.length && machines.every(({ state }) => state === "started");
    });
    expect(
      programs()
        .map(({ machine }) => machine)
        .sort(),
    ).toEqual(names);

    // Killed while calls are under way: what was answered must be there, whatever became of the others.
    const writing = Promise.allSettled(
      Array.from({ length: 12 }, async (_, index) => {
        const name = `S_${round}_${index}`;
        await call("POST", "/v1/apps/worker/secrets", { values: { [name]: "1" } });
        acknowledged.push(name);
        const body = { app_name: "worker", image, strategy: "ROLLING" };
        const { release } = await call<{ release: { id: string } }>("POST", "/api/v1/releases", body);
        acknowledged.push(release.id);
      }),
    );
    const [first] = await call<MachineAnswer[]>("GET", at);
    const restarting = call("POST", `${at}/${first?.id ?? ""}/restart`).catch(() => undefined);
    const enough = acknowledged.length + 1 + 5 * round;
    await vi.waitUntil(() => acknowledged.length >= enough, { timeout: 60_000, interval: 1 });
    await kill();
    kill = undefined;
    await Promise.all([writing, restarting]);
    kill = await startCloudProcess("fly", place);
    const { secrets } = await call<{ secrets: { name: string }[] }>("GET", "/v1/apps/worker/secrets");
    const { releases } = await call<{ releases: { id: string }[] }>(
      "GET",
      "/api/v1/apps/worker/releases?limit=999",
    );
    const kept = [...secrets.map(({ name }) => name), ...releases.map(({ id }) => id)];
    expect(acknowledged.filter((each) => !kept.includes(each))).toEqual([]);
  }
}, 240_000);

it("ends what a killed one left running, and no stranger that has got its process number", async () => {
  const [left] = programs();
  if (!left) throw new Error("no machine runs");
  await kill?.();
  kill = undefined;
  expect(programs().map(({ pid }) => pid)).toContain(left.pid);
  // A record of this test's own number with another start time: as if the number had gone round.
  const runFolder = join(place.folder, "run");
  writeFileSync(join(runFolder, `${String(process.pid)}-1`), "worker-stranger");
  kill = await startCloudProcess("fly", place);
  await until("the machines run again", async () => {
    const machines = await call<MachineAnswer[]>("GET", at);
    return machines.every(({ state }) => state === "started") && programs().length === names.length;
  });
  expect(programs().map(({ pid }) => pid)).not.toContain(left.pid);
  expect(readFileSync(`/proc/${String(process.pid)}/stat`, "utf8")).not.toBe("");
}, 120_000);

it("ends no process of the original in a copy of a sandbox that runs", async () => {
  const folder = await mkdtemp(join(tmpdir(), "atlaris-keeper-"));
  const foldersOf = (home: string): [string, string] => [
    join(folder, home, "run"),
    join(folder, home, "logs"),
  ];
  for (const each of foldersOf("original")) mkdirSync(each, { recursive: true });
  const kept = openProcessKeeper(...foldersOf("original")).start({
    ...{ name: "worker-1", command: "sleep", args: ["60"], cwd: folder },
    env: { PATH: process.env["PATH"] ?? "" },
  });
  cpSync(join(folder, "original"), join(folder, "copy"), { recursive: true });
  openProcessKeeper(...foldersOf("copy"));
  expect(readdirSync(join(folder, "copy", "run"))).toEqual([]);
  // By this signal, and not by the copy's before it.
  expect(await kept.stop("SIGTERM", 60_000)).toEqual({ code: null, signal: "SIGTERM" });
  await rm(folder, { recursive: true });
});

it("ends a program that was started and not yet written down when the clouds were killed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "atlaris-keeper-"));
  const [runFolder, logsFolder] = [join(folder, "run"), join(folder, "logs")];
  mkdirSync(runFolder);
  mkdirSync(logsFolder);
  const start = (name: string): ChildProcess => {
    const log = openSync(join(logsFolder, `${name}.log`), "a");
    return spawn("sleep", ["60"], { detached: true, stdio: ["ignore", log, log] });
  };
  const [unwritten, other] = [start("worker-1"), start("worker-2")];
  const ended = once(unwritten, "exit");
  writeFileSync(join(runFolder, "starting-worker-1"), "");
  openProcessKeeper(runFolder, logsFolder);
  expect(await ended).toEqual([null, "SIGKILL"]);
  expect(other.exitCode ?? other.signalCode).toBeNull();
  other.kill("SIGKILL");
  await rm(folder, { recursive: true });
});
