import { randomInt } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import {
  expectAllAtOnce,
  expectCanaryFirst,
  expectNewBesideOld,
  expectOneAfterTheOther,
  expectOneAlwaysWorking,
} from "./machine-order.ts";
import { canaryChapter } from "./canary-chapter.ts";
import { changeApplication } from "./change-application.ts";
import type { Watched } from "./machine-watch.ts";
import { watchMachines } from "./machine-watch.ts";
import type { JobCount, JobPlace } from "./job-count.ts";
import { noteEveryEnd, waitForHeld } from "./job-count.ts";
import { startJobs } from "./numbered-jobs.ts";
import { callCloud, machinesOf, rolloutStatus } from "./observe.ts";
import { randomFrom } from "./random.ts";
import type { Ended } from "./sandbox.ts";
import { rotationChapter } from "./rotation-chapter.ts";
import { acted, stagingIn } from "./staging.ts";
import { useSandbox } from "./use-sandbox.ts";
import { loadWeb } from "./web-load.ts";

/**
 * Two machines of each worker, replaced by every strategy while numbered jobs of both flow and the web is under load. The order
 * of the machines is read from the cloud's own log of them, and what became of the jobs from the database.
 */
const { checkout, sandbox } = useSandbox({ from: "staging live" });
const { outputs } = stagingIn(sandbox);
let place: JobPlace;
let [older, newer] = ["", ""];

const app = "atlaris-worker-staging";
/** Numbered jobs of each strategy, over a rollout and a rollback: `ROLLOUT_JOBS=2000 npm test -- tests/sandbox/strategies`. */
const jobs = Number(process.env["ROLLOUT_JOBS"] ?? 200);
/** Chooses the machines to which something happens: `STRATEGIES_SEED=…` for the same ones again. */
const seed = Number(process.env["STRATEGIES_SEED"] ?? randomInt(1_000_000));
const random = randomFrom(seed);
/** About as long as a rollout and a rollback take, in seconds: the jobs are spread over that. */
const spread = 25;

/** No number was refused by the web, none is without a plan, and none was finished twice. */
const lossless = { refused: [], lost: [], twice: [] };

beforeAll(async () => {
  for (const worker of ["worker", "regenerator"])
    checkout.edit("Pulumi.staging.yaml", `${worker}: { count: 1 }`, `${worker}: { count: 2 }`);
  // All numbered jobs come from one client, and the smoke tests' plans too.
  const unlimited =
    '  rollout:variables:\n    web: { API_PLANS_PER_MINUTE: "100000", API_UNFINISHED_PLANS: "100000" }\n';
  checkout.edit("Pulumi.staging.yaml", "  rollout:github:\n", `${unlimited}  rollout:github:\n`);
  older = checkout.commit("Give each worker two machines");
  changeApplication(checkout, "newer", "worker", "regenerator", "web");
  newer = checkout.commit("Change workers and web");
  await roll(older);
  place = await outputs();
  await noteEveryEnd(place.databaseUrl);
  // So that machines go while they have jobs in hand: an answer of the model takes a while.
  await answerAfter(150);
}, 300_000);

async function up(commit: string): Promise<Ended> {
  checkout.git("checkout", "--quiet", commit);
  return sandbox.run("pulumi", "up", "--stack", "staging", "--skip-preview");
}

/** Rolls a commit out. */
async function roll(commit: string): Promise<string> {
  const { status, output } = await up(commit);
  expect(status, output).toBe(0);
  return output;
}

/** What all machines of the next releases are replaced by. */
async function replaceBy(strategy: string): Promise<void> {
  const setting = ["--path", "rollout:fly.strategy", strategy];
  await sandbox.read("pulumi", "config", "set", "--stack", "staging", ...setting);
}

/** How long the model takes for an answer. */
async function answerAfter(milliseconds: number): Promise<void> {
  await sandbox.read("faults", "clear");
  const slow = ["--cloud", "ai", "--path", "**", "--kind", "delay", "--milliseconds", String(milliseconds)];
  await sandbox.read("faults", "add", ...slow);
}

/** The last good release again, by the command for it. */
async function rollBack(): Promise<void> {
  const { status, output } = await sandbox.run("bin/rollout", "rollback", "--stack", "staging");
  expect(status, output).toBe(0);
}

async function watched(rollout: () => Promise<unknown>): Promise<Watched> {
  const watch = watchMachines(sandbox, app);
  await rollout();
  return watch.stop();
}

const strategies: readonly (readonly [strategy: string, order: (watched: Watched) => void])[] = [
  ["rolling", expectOneAfterTheOther],
  ["immediate", expectAllAtOnce],
  ["canary", expectCanaryFirst],
  ["bluegreen", expectNewBesideOld],
];

describe.each(strategies)("the strategy %s", (strategy, expectOrder) => {
  it(
    "keeps its order of machines, every job and every request, out and back",
    { timeout: 600_000 },
    async () => {
      await replaceBy(strategy);
      const load = loadWeb(`${place.webUrl}/api/health`);
      const flow = startJobs(place, `${strategy} job`, jobs / spread, { regenerates: true });
      const out = await watched(() => roll(newer));
      const back = await watched(rollBack);
      const count = await flow.end(jobs);
      const { requests, failures } = await load.stop();
      console.log(
        `${strategy}: ${String(count.posted)} jobs of each queue, ${String(count.lost.length)} lost, ${String(count.twice.length)} done twice, ` +
          `${String(count.takenAgain)} taken again; ${String(requests)} requests, ${String(failures.length)} failed`,
      );
      expectOrder(out);
      expectOrder(back);
      expect(count).toMatchObject(lossless);
      expect(count.posted).toBeGreaterThanOrEqual(jobs);
      expect(count.regenerated, "plans that both workers wrote").toBe(count.posted);
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(100);
    },
  );
});

describe("with both workers on two machines", () => {
  beforeAll(() => replaceBy("rolling"));

  rotationChapter({ sandbox, place: () => place });
});

/** The machines of the worker, each with the mark that every deployment makes again. */
async function instances(): Promise<readonly string[]> {
  type Machine = Readonly<Record<"id" | "instance_id", string>>;
  const machines = await callCloud<readonly Machine[]>(sandbox, "fly", "GET", `/v1/apps/${app}/machines`);
  return machines.map(({ id, instance_id: instance }) => `${id}:${instance}`).sort();
}

describe("a release whose worker does not start", { timeout: 600_000 }, () => {
  let broken = "";
  let failed: Ended;
  let rollback = "";

  beforeAll(() => {
    checkout.git("checkout", "--quiet", older);
    const start = "exitOnSettingsError(";
    checkout.edit("src/workers/entries/worker.ts", start, `throw new Error("broken at boot");\n${start}`);
    broken = checkout.commit("Break the worker's start");
  });

  it("is stopped by rolling at the first machine, and one always works, on the rollback too", async () => {
    await replaceBy("rolling");
    const before = await instances();
    const flow = startJobs(place, "broken rolling", 5);
    const watch = watchMachines(sandbox, app);
    failed = await up(broken);
    const after = await instances();
    expect(
      before.filter((instance) => after.includes(instance)),
      failed.output,
    ).toHaveLength(1);
    rollback = await roll(older);
    expectOneAlwaysWorking(await watch.stop());
    expect(await flow.end(0)).toMatchObject(lossless);
  });

  it("reports the worker's own error, and fails its deployment on GitHub", async () => {
    const { status, output } = failed;
    expect(status, output).not.toBe(0);
    const [firstError] = /error: [^]*?broken at boot/.exec(output.slice(output.indexOf("Updating"))) ?? [];
    expect(firstError, output).toContain(`worker-deployment failed: deploying ${app}`);
    await expect(rolloutStatus(sandbox, broken)).resolves.toEqual({
      commit: "failure",
      deployment: "failure",
    });
  });

  it("is rolled back by a release that is deployed and smoke-tested again", async () => {
    expect(acted(rollback)).toEqual(expect.arrayContaining(["worker-deployment", "smoke", "status"]));
    await expect(rolloutStatus(sandbox, older)).resolves.toMatchObject({ commit: "success" });
  });

  it("touches no machine with canary, and the canary is not left behind", async () => {
    await replaceBy("canary");
    const before = await instances();
    const watch = watchMachines(sandbox, app);
    const { status, output } = await up(broken);
    expect(status, output).not.toBe(0);
    const { machines } = await watch.stop();
    expect(machines.filter(({ isCanary }) => isCanary)).toHaveLength(1);
    expect(await instances()).toEqual(before);
  });
});

describe("a bluegreen rollout that is killed while both colours are there", () => {
  it(
    "leaves them, and the next rollout takes one away, whatever it brings",
    { timeout: 600_000 },
    async () => {
      await replaceBy("bluegreen");
      const images = async (): Promise<readonly string[]> =>
        (await machinesOf(sandbox, app)).map(({ image }) => image);
      const before = await images();
      const { smoke } = await outputs();
      const flow = startJobs(place, "killed bluegreen", 5);
      const watch = watchMachines(sandbox, app);
      checkout.git("checkout", "--quiet", newer);
      await sandbox.runUntil(
        async () => (await instances()).length === 4,
        ...["pulumi", "up", "--stack", "staging", "--skip-preview"],
      );
      await sandbox.read("pulumi", "cancel", "--stack", "staging", "--yes");
      expect(new Set(await images()).size, "images of the two colours").toBe(2);
      const output = await roll(older);
      expect(await images()).toEqual(before);
      // What the state does not know of is found, and the release that comes back is proven.
      expect(acted(output)).toEqual(expect.arrayContaining(["worker-deployment", "smoke", "status"]));
      expect((await outputs()).smoke).not.toBe(smoke);
      await expect(rolloutStatus(sandbox, older)).resolves.toMatchObject({ commit: "success" });
      expectOneAlwaysWorking(await watch.stop());
      expect(await flow.end(0)).toMatchObject(lossless);
    },
  );
});

canaryChapter({ checkout, sandbox, releases: () => ({ older, newer }) });

describe(`a job in hand (STRATEGIES_SEED=${String(seed)})`, { timeout: 120_000 }, () => {
  beforeAll(() => answerAfter(5_000));

  /** Fills both machines with jobs, does something to one of them, and counts. */
  async function whileInHand(
    name: string,
    act: (id: string, pid: number) => Promise<unknown>,
  ): Promise<JobCount> {
    const machines = await machinesOf(sandbox, app);
    const flow = startJobs(place, name, 0);
    await flow.post(machines.length * 4);
    await waitForHeld(place, name, machines.length * 4);
    const chosen = machines[Math.floor(random() * machines.length)];
    await act(chosen?.id ?? "", chosen?.pid ?? Number.NaN);
    return flow.end(0);
  }

  const act = (id: string, verb: string, body: unknown = {}): Promise<unknown> =>
    callCloud(sandbox, "fly", "POST", `/v1/apps/${app}/machines/${id}/${verb}`, body);

  it("is finished by the worker that is stopped, and by no other", async () => {
    const count = await whileInHand("stopped", (id) => act(id, "restart"));
    expect(count).toEqual({ ...lossless, posted: 8, regenerated: 0, takenAgain: 0 });
  });

  it("is given back by a worker that may not finish it, and done once by another", async () => {
    const stopping = async (): Promise<number> =>
      (await sandbox.read("logs", app)).split('"event":"worker_stopping"').length;
    const before = await stopping();
    const count = await whileInHand("hurried", async (id) => {
      await act(id, "signal", { signal: "SIGTERM" });
      // Two at once may reach a process as one.
      await expect.poll(stopping, { timeout: 60_000 }).toBe(before + 1);
      await act(id, "signal", { signal: "SIGTERM" });
    });
    expect(count).toEqual({ ...lossless, posted: 8, regenerated: 0, takenAgain: 4 });
    expect(await sandbox.read("logs", app)).toContain('"event":"job_returned"');
  });

  it("is taken up again where its worker was killed, and done once", async () => {
    const count = await whileInHand("killed", (_id, pid) => Promise.resolve(process.kill(pid, "SIGKILL")));
    expect(count).toEqual({ ...lossless, posted: 8, regenerated: 0, takenAgain: 4 });
  });
});
