import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Checkout } from "./checkout.ts";
import { makeCheckout } from "./checkout.ts";
import type { Glimpse, LoggedEvent, Watched } from "./machine-watch.ts";
import { watchMachines } from "./machine-watch.ts";
import type { JobPlace } from "./numbered-jobs.ts";
import { noteEveryEnd, startJobs } from "./numbered-jobs.ts";
import type { Sandbox } from "./sandbox.ts";
import { openSandbox } from "./sandbox.ts";
import { loadWeb } from "./web-load.ts";

/**
 * Two machines of each worker, replaced by every strategy while numbered jobs flow and the web is under load. The order
 * of the machines is read from the cloud's own log of them, and what became of the jobs from the database.
 */
let checkout: Checkout;
let sandbox: Sandbox;
let place: JobPlace;
let [older, newer] = ["", ""];

const app = "atlaris-worker-staging";
/** Numbered jobs of each strategy, over a rollout and a rollback: `ROLLOUT_JOBS=2000 npm test -- tests/sandbox/strategies`. */
const jobs = Number(process.env["ROLLOUT_JOBS"] ?? 200);
/** About as long as a rollout and a rollback take, in seconds: the jobs are spread over that. */
const spread = 25;

beforeAll(async () => {
  checkout = makeCheckout();
  sandbox = openSandbox(checkout.root);
  for (const worker of ["worker", "regenerator"])
    checkout.edit("Pulumi.staging.yaml", `${worker}: { count: 1 }`, `${worker}: { count: 2 }`);
  older = checkout.commit("Give each worker two machines");
  checkout.edit("src/workers/index.ts", "You write learning plans.", "You write plans to learn by.");
  checkout.edit("src/api/plan-routes.ts", "There is no such plan", "There is no plan of that id");
  newer = checkout.commit("Change worker and web");
  await roll(older);
  const words = ["pulumi", "stack", "output", "--stack", "staging", "--json", "--show-secrets"];
  place = JSON.parse(await sandbox.read(...words)) as JobPlace;
  await noteEveryEnd(place.databaseUrl);
  // So that machines go while they have jobs in hand: an answer of the model takes a while.
  const slow = ["--cloud", "ai", "--path", "**", "--kind", "delay", "--milliseconds", "150"];
  await sandbox.read("faults", "add", ...slow);
}, 300_000);
afterAll(async () => {
  await sandbox.close();
  checkout.remove();
});

/** Rolls a commit out, or back. */
async function roll(commit: string): Promise<void> {
  checkout.git("checkout", "--quiet", commit);
  const { status, output } = await sandbox.run("pulumi", "up", "--stack", "staging", "--skip-preview");
  expect(status, output).toBe(0);
}

async function watchedRoll(commit: string): Promise<Watched> {
  const watch = watchMachines(sandbox, app);
  await roll(commit);
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
      await sandbox.read(
        "pulumi",
        "config",
        "set",
        "--stack",
        "staging",
        "--path",
        "atlaris:fly.strategy",
        strategy,
      );
      const load = loadWeb(`${place.webUrl}/api/health`);
      const flow = startJobs(place, `${strategy} job`, jobs / spread);
      const out = await watchedRoll(newer);
      const back = await watchedRoll(older);
      const count = await flow.end(jobs);
      const { requests, failures } = await load.stop();
      console.log(
        `${strategy}: ${String(count.posted)} jobs, ${String(count.lost.length)} lost, ${String(count.twice.length)} done twice, ` +
          `${String(count.takenAgain)} taken again; ${String(requests)} requests, ${String(failures.length)} failed`,
      );
      expectOrder(out);
      expectOrder(back);
      expect(count).toMatchObject({ refused: [], lost: [], twice: [] });
      expect(count.posted).toBeGreaterThanOrEqual(jobs);
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(100);
    },
  );
});

/** When something happened to each machine first, by its log. */
function firstOf(events: readonly LoggedEvent[], type: string, status?: string): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const event of events)
    if (event.type === type && (status === undefined || event.status === status) && !first.has(event.machine))
      first.set(event.machine, event.timestamp);
  return first;
}

const storyOf = ({ events }: Watched): string =>
  events
    .map(({ timestamp, machine, type, status }) => `${String(timestamp)} ${machine} ${type} ${status}`)
    .join("\n");

/** Machines that worked at the same time, with different images. */
function hadTwoVersions({ looks }: Watched): boolean {
  return looks.some(
    ({ machines }) =>
      new Set(machines.filter(({ isWorking }) => isWorking).map(({ image }) => image)).size > 1,
  );
}

function expectOneAlwaysWorking(watched: Watched): void {
  const without = watched.looks.filter(({ machines }) => !machines.some(({ isWorking }) => isWorking));
  expect(without, `looks that found no machine at work\n${storyOf(watched)}`).toEqual([]);
}

function expectOneAfterTheOther(watched: Watched): void {
  const updated = [...firstOf(watched.events, "update")].sort(([, left], [, right]) => left - right);
  const started = firstOf(watched.events, "start", "started");
  expect(updated, storyOf(watched)).toHaveLength(2);
  const [[first] = [""], [, secondGoes] = ["", 0]] = updated;
  expect(started.get(first), storyOf(watched)).toBeLessThan(secondGoes);
  expectOneAlwaysWorking(watched);
  expect(hadTwoVersions(watched), "two versions at once").toBe(true);
}

function expectAllAtOnce(watched: Watched): void {
  const updated = firstOf(watched.events, "update");
  const started = firstOf(watched.events, "start", "started");
  expect(updated.size, storyOf(watched)).toBe(2);
  expect(Math.max(...updated.values()), storyOf(watched)).toBeLessThan(Math.min(...started.values()));
}

function expectCanaryFirst(watched: Watched): void {
  const canaries = new Set(
    watched.looks.flatMap(({ machines }) => machines.filter(({ isCanary }) => isCanary)).map(({ id }) => id),
  );
  expect(canaries.size, storyOf(watched)).toBe(1);
  const [canary = ""] = canaries;
  const gone = firstOf(watched.events, "destroy").get(canary) ?? Number.NaN;
  const worked = watched.looks.find(({ machines }) =>
    machines.some(({ id, isWorking }) => id === canary && isWorking),
  );
  expect(worked?.at, storyOf(watched)).toBeLessThan(gone);
  expect(gone, storyOf(watched)).toBeLessThan(Math.min(...firstOf(watched.events, "update").values()));
  expectOneAfterTheOther(watched);
}

function expectNewBesideOld(watched: Watched): void {
  const idsOf = (machines: readonly Glimpse[] | undefined): readonly string[] =>
    machines?.map(({ id }) => id) ?? [];
  const [before, after] = [idsOf(watched.looks[0]?.machines), idsOf(watched.looks.at(-1)?.machines)];
  expect([before.length, after.length], storyOf(watched)).toEqual([2, 2]);
  expect(after.filter((id) => before.includes(id))).toEqual([]);
  const stopped = firstOf(watched.events, "stop");
  const firstGoes = Math.min(...before.map((id) => stopped.get(id) ?? Number.NaN));
  const allWork = watched.looks.find(({ machines }) =>
    after.every((id) => machines.some((each) => each.id === id && each.isWorking)),
  );
  expect(allWork?.at, storyOf(watched)).toBeLessThan(firstGoes);
  expectOneAlwaysWorking(watched);
  expect(hadTwoVersions(watched), "two versions at once").toBe(true);
}
