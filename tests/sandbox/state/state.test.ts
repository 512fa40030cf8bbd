import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { changeApplication } from "../change-application.ts";
import { seeEnvironment } from "../environment-seen.ts";
import { holdCall } from "../fault-hits.ts";
import { callCloud } from "../observe.ts";
import type { Ended } from "../sandbox.ts";
import { outputsOf, worker } from "../staging.ts";
import { writesOf } from "../story.ts";
import { useSandbox } from "../use-sandbox.ts";
import { canMount, onOwnDisk, runAdvice, statePlace } from "./state-place.ts";

/**
 * The stack's state, which is a file, in every way in which it may be wrong: each is found before anything acts, by a message that names
 * what was expected, what was found and the command that repairs it, which is then run.
 */
const { checkout, sandbox } = useSandbox({ from: "two releases with a migration between them" });

const limit = { timeout: 400_000 };
const clouds = /^(neon|fly|vercel) /;
const up = (...words: readonly string[]): Promise<Ended> =>
  sandbox.run("bin/rollout", "up", "--stack", "staging", ...words);
const place = () => statePlace(sandbox);

/** Runs `up`, which has to end with this status before it has changed anything in a cloud. */
async function refusedUp(status: number): Promise<Ended> {
  const before = await writesOf(sandbox, clouds);
  const ended = await up();
  expect(ended.status, ended.output).toBe(status);
  expect(await writesOf(sandbox, clouds), ended.output).toBe(before);
  return ended;
}

async function expectGood(ended: Ended): Promise<void> {
  expect(ended.status, ended.output).toBe(0);
  const drift = await sandbox.run("bin/rollout", "drift", "--stack", "staging");
  expect(drift.status, drift.output).toBe(0);
}

/** What must not be there twice. */
async function thingsOf(): Promise<unknown> {
  const { projects } = await callCloud<{ projects: { name: string }[] }>(
    sandbox,
    "neon",
    "GET",
    "/api/v2/projects",
  );
  const fly = "/v1/apps?org_slug=personal";
  const { apps } = await callCloud<{ apps: { name: string; machine_count: number }[] }>(
    sandbox,
    "fly",
    "GET",
    fly,
  );
  return {
    projects: projects.map(({ name }) => name).sort(),
    apps: apps.map(({ name, machine_count: machines }) => `${name} ${String(machines)}`).sort(),
  };
}

/** The newest state of before the second release, as the engine keeps one after every run. */
function earlierState(): string {
  const folder = join(place().folder, ".pulumi", "history", "atlaris", "staging");
  const all = readdirSync(folder)
    .filter((name) => name.endsWith(".checkpoint.json"))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"));
  return (
    all.find((text) => /"number": ?1\b/.test(text)) ?? expect.fail("there is no state of the first release")
  );
}

describe("a state that cannot be read", limit, () => {
  const whole = / (cp '.*) *$/m;
  it.each<[name: string, spoil: (text: string) => string]>([
    ["cut off in the middle", (text) => text.slice(0, text.length / 2)],
    ["empty", () => ""],
    ["of zeros, as after a machine that lost its power", (text) => "\0".repeat(text.length)],
  ])("is %s: the copy from before the last step is named, with the commands", async (_name, spoil) => {
    const { file } = place();
    writeFileSync(file, spoil(readFileSync(file, "utf8")));
    const refused = await refusedUp(2);
    expect(refused.output).toContain(`The state ${file} is cut off or damaged`);
    expect(refused.output).toContain(`${file}.bak is complete, of 20`);
    await expectGood(await runAdvice(sandbox, refused, whole));
  });

  it("has attributes that a kill cut off: they are named, with the commands", async () => {
    const { file } = place();
    writeFileSync(`${file}.attrs`, '{"user.cache');
    const refused = await refusedUp(2);
    expect(refused.output).toContain(`its attributes in ${file}.attrs are cut off`);
    await expectGood(await runAdvice(sandbox, refused, / (rm '.*)$/m));
  });

  it.each([
    ["nothing of a stack", "{}"],
    ["a stack without resources", '{"version":3,"checkpoint":{"stack":"organization/atlaris/staging"}}'],
  ])("has %s, and the clouds have staging: nothing is made a second time", async (_name, text) => {
    const before = await thingsOf();
    writeFileSync(place().file, text);
    // What the record names as this stack's is taken over by its name.
    await expectGood(await up());
    expect(await thingsOf()).toEqual(before);
  });
});

describe("an engine that is killed while it writes the state", limit, () => {
  it.each([2, 9])("at the %d. time leaves one that the next rollout goes on from", async (nth) => {
    changeApplication(checkout, `killed ${String(nth)}`, "worker");
    checkout.commit("Change the worker");
    const { file, folder } = place();
    let writes = 0;
    const watching = watch(dirname(file), (_event, name) => {
      if (name !== "staging.json.attrs") return;
      writes += 1;
      if (writes !== nth) return;
      const [pid] = lockedBy(folder);
      if (pid !== undefined) process.kill(pid, "SIGKILL");
    });
    const killed = await up("--no-rollback").finally(() => watching.close());
    expect(killed.status, killed.output).not.toBe(0);
    const next = await up();
    await expectGood(next.status === 0 ? next : await runAdvice(sandbox, next, / ((?:cp|rm) '.*)$/m));
  });

  /** The numbers of the engines that have locked a stack of the backend. */
  function lockedBy(folder: string): readonly number[] {
    const locks = join(folder, ".pulumi", "locks", "organization", "atlaris", "staging");
    return readdirSync(locks)
      .filter((name) => name.endsWith(".json"))
      .map((name) => (JSON.parse(readFileSync(join(locks, name), "utf8")) as { pid: number }).pid);
  }
});

describe("an earlier state in the place of the present one", limit, () => {
  const repair = /(bin\/rollout up --stack staging --refresh)/;

  it("is found by a rollout, which changes nothing, and is brought up by the command that it prints", async () => {
    writeFileSync(place().file, earlierState());
    const refused = await refusedUp(3);
    expect(refused.output).toMatch(
      /the state of stack staging is older than the record of staging\. Expected: a state of rollout #\d+ .* which succeeded at .*Found: one of rollout #1\./,
    );
    await expectGood(await runAdvice(sandbox, refused, repair));
    expect((await up()).output).toContain("Nothing has changed");
  });

  it("is found also where the checkout is the release of that state, which then is live indeed", async () => {
    const newest = checkout.git("rev-parse", "HEAD");
    const { webUrl } = await outputsOf(sandbox, "staging");
    const before = await seeEnvironment(sandbox, webUrl);
    writeFileSync(place().file, earlierState());
    checkout.git("checkout", "--quiet", checkout.git("rev-list", "--max-parents=0", "HEAD"));
    const refused = await refusedUp(3);
    await expectGood(await runAdvice(sandbox, refused, repair));
    expect(await seeEnvironment(sandbox, webUrl)).not.toEqual(before);
    checkout.git("checkout", "--quiet", newest);
    await expectGood(await up());
    // The worker that the releases have in common may keep the image of either.
    const { images, ...rest } = await seeEnvironment(sandbox, webUrl);
    expect({ ...rest, image: images[worker] }).toMatchObject({
      image: before.images[worker],
      source: before.source,
    });
  });
});

describe("the lock of an engine", limit, () => {
  const lockFile = (): string =>
    join(place().folder, ".pulumi", "locks", "organization", "atlaris", "staging", "another.json");

  it("of a container with this host name is waited for, with the command for a dead one, which ends the wait", async () => {
    mkdirSync(dirname(lockFile()), { recursive: true });
    const lock = {
      pid: 2_000_000_000,
      username: "ada",
      hostname: hostname(),
      timestamp: new Date().toISOString(),
    };
    writeFileSync(lockFile(), JSON.stringify(lock));
    let printed = "";
    const waiting = up().then((ended) => {
      printed = ended.output;
      return ended;
    });
    // It waits as long as the lock is there: the file outlives every look at it.
    await vi.waitUntil(() => printed !== "" || hasLooked(), { timeout: 60_000, interval: 500 });
    expect(printed).toBe("");
    const ended = await sandbox.run("pulumi", "cancel", "--yes", "--stack", "staging");
    expect(ended.status, ended.output).toBe(0);
    const { status, output } = await waiting;
    expect(status, output).toBe(0);
    expect(output).toMatch(
      /waiting in line behind ada@\S+ \(process 2000000000\) since .*it may be in another container with this host name\. If it is dead: pulumi cancel --yes --stack staging/,
    );
  });

  /** Whether an engine has asked for the lock and ended since. */
  let looks = 0;
  function hasLooked(): boolean {
    looks += 1;
    return looks > 20;
  }

  it("is removed by hand while its engine runs: a second one waits at the lease, and does not act on what it had read before", async () => {
    changeApplication(checkout, "two engines", "web");
    checkout.commit("Change the web");
    const isHeld = await holdCall(sandbox, ["vercel", "POST", "/v13/deployments"], 25_000);
    const first = up();
    await isHeld();
    const cancelled = await sandbox.run("pulumi", "cancel", "--yes", "--stack", "staging");
    expect(cancelled.status, cancelled.output).toBe(0);
    const second = await up();
    const done = await first;
    expect(done.status, done.output).toBe(0);
    expect(second.status, second.output).toBe(3);
    expect(second.output).toMatch(/rollout #\d+ ran while this one waited behind it.*Run the command again/);
    await sandbox.read("faults", "clear");
    await expectGood(await up());
  });
});

describe.skipIf(!canMount())("the disk of the state", limit, () => {
  it("is full: the folder is named, and nothing is started", async () => {
    const { folder } = place();
    const putBack = onOwnDisk(folder, 16);
    try {
      const filler = join(folder, "filler");
      execFileSync("sh", ["-c", `cat /dev/zero > '${filler}' 2> /dev/null || true`]);
      const refused = await refusedUp(1);
      expect(refused.output).toMatch(
        /No space was left on the disk of \S+stacks\/atlaris: it has 0 MB free now/,
      );
      rmSync(filler);
      await expectGood(await up());
    } finally {
      putBack();
    }
  });

  it("cannot be written: the command is named that changes that", async () => {
    const { folder } = place();
    const putBack = onOwnDisk(folder, 64);
    try {
      execFileSync("mount", ["-o", "remount,ro", folder]);
      const refused = await refusedUp(2);
      expect(refused.output).toContain(
        `Expected: a folder that this user may write, ${dirname(place().file)}. Found: EROFS: read-only file system.`,
      );
      await expectGood(await runAdvice(sandbox, refused, /(mount -o remount,rw '[^']+')/).then(() => up()));
    } finally {
      execFileSync("mount", ["-o", "remount,rw", folder]);
      putBack();
    }
  });

  it("fills up in the middle of a rollout: it ends with the reason, and the next one is complete", async () => {
    changeApplication(checkout, "disk full", "worker", "web");
    checkout.commit("Change worker and web");
    const { folder } = place();
    const putBack = onOwnDisk(folder, 64);
    const filler = join(folder, "filler");
    try {
      const isHeld = await holdCall(sandbox, ["vercel", "POST", "/v13/deployments"], 3_000);
      const running = up();
      await isHeld();
      execFileSync("sh", ["-c", `cat /dev/zero > '${filler}' 2> /dev/null || true`]);
      const { status, output } = await running;
      expect(status, output).not.toBe(0);
      expect(output).toMatch(/no space left on device|No space was left/);
      expect(output).toMatch(/bin\/rollout \w+ --stack staging/);
      rmSync(filler);
      await sandbox.read("faults", "clear");
      const next = await up();
      // The engine has cut its state off, and its copy of it, where it wrote both.
      await expectGood(next.status === 0 ? next : await runAdvice(sandbox, next, / (cp '.*)$/m));
    } finally {
      rmSync(filler, { force: true });
      putBack();
    }
  });
});
