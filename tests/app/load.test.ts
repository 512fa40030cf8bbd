import { join } from "node:path";
import { afterAll, beforeAll, expect, test, type TestContext } from "vitest";
import { compareLoads } from "../../cli/load/compare.ts";
import { drive, wasSentLate } from "../../cli/load/drive.ts";
import { deleteMade, waitForJobs } from "../../cli/load/jobs.ts";
import { prepareLoad, readProfile } from "../../cli/load/prepare-load.ts";
import type { Profile } from "../../cli/load/profile-schema.ts";
import { percentile, summarize } from "../../cli/load/summarize.ts";
import { application } from "../../rollout.config.ts";
import { query } from "./postgres.ts";
import type { AppProcess } from "./processes.ts";
import { buildArtifacts, headers, openScene, type Artifacts } from "./worker-scene.ts";

const root = join(import.meta.dirname, "..", "..");
const file = application.load?.profile ?? "";
const declared = application.load?.jobs ?? expect.fail("rollout.config.ts declares no jobs of a load");
const never = new AbortController().signal;

let artifacts: Artifacts;
beforeAll(async () => {
  artifacts = await buildArtifacts();
});
afterAll(() => artifacts.close());

/** The application's own profile against a web, for some seconds. */
const prepared = (web: AppProcess, change: (profile: Profile) => Profile) =>
  prepareLoad(change(readProfile(join(root, file), file)), file, {
    environment: {
      SMOKE_TEST_API_URL: web.origin,
      SMOKE_TEST_API_KEY: headers.authorization.replace("Bearer ", ""),
    },
    jobs: declared,
  });

async function measured(web: AppProcess, change: (profile: Profile) => Profile) {
  const load = prepared(web, change);
  const driven = await drive(load, { stop: never });
  const result = summarize({
    ...{ answered: driven.answered, seconds: driven.seconds },
    ...{ profile: "plans", digest: load.digest, target: "a rate", kinds: load.kinds.map(({ name }) => name) },
  });
  return { ...result, isLate: wasSentLate(percentile(driven.sentLate, 0.95) ?? 0, result) };
}

test("the declared load follows its jobs through queue and worker, and deletes what it made", async (context: TestContext) => {
  const scene = await openScene(artifacts, context);
  const [web] = await Promise.all([scene.startWeb(), scene.startWorker("worker")]);
  const load = prepared(web, (profile) => ({ ...profile, seconds: 3, rampSeconds: 1, ratePerSecond: 12 }));
  const { mark } = load.values;
  const driven = await drive(load, { stop: never });
  expect(driven.answered.filter(({ fault }) => fault !== undefined)).toEqual([]);
  expect(driven.jobs.size).toBe(12);
  const place = { databaseUrl: scene.databaseUrl, declared, mark };
  // One that the database knows nothing of.
  const accepted = new Map([...driven.jobs, [9_999, 0.1]]);
  const jobs = await waitForJobs(place, driven.jobs, 60, never);
  expect(jobs.filter(({ fault, milliseconds }) => fault === undefined && milliseconds > 0)).toHaveLength(12);
  const [lost] = (await waitForJobs(place, accepted, 1, never)).filter(({ fault }) => fault === "lost");
  expect(lost).toMatchObject({ kind: "jobs", dueAt: 0.1 });
  expect(await deleteMade(scene.databaseUrl, application.load?.cleanUp ?? [], mark)).toBeUndefined();
  expect(await query(scene.databaseUrl, "SELECT id FROM plans")).toEqual([]);
  expect(await deleteMade(scene.databaseUrl, ["DELETE FROM no_table WHERE topic = $1"], mark)).toMatch(
    new RegExp(`could not be deleted .*no_table.*It carries ${mark}`),
  );
});

test(
  "a web that answers a third later is found, and the same one is not condemned",
  { timeout: 300_000 },
  async (context: TestContext) => {
    const scene = await openScene(artifacts, context);
    const [baseline, same, slow] = await Promise.all(
      // Far above what a busy machine adds, which is no part of the release.
      ["600", "600", "800"].map((DELAY) => scene.startWeb({ DELAY })),
    );
    if (!baseline || !same || !slow) throw new Error("the web was not started");
    const withoutJobs = (profile: Profile): Profile => ({
      ...{ ...profile, seconds: 12, rampSeconds: 1, ratePerSecond: 12 },
      requests: profile.requests.filter(({ job }) => !job),
    });
    // At the same time: what else this machine does is in all of them.
    const measureAll = () =>
      Promise.all([
        measured(baseline, withoutJobs),
        measured(same, withoutJobs),
        measured(slow, withoutJobs),
      ] as const);
    // A machine that stalls measures itself, which the command reports as inconclusive.
    let runs = await measureAll();
    for (let tries = 1; tries < 5 && runs.some(({ isLate }) => isLate); tries += 1) runs = await measureAll();
    const [before, equal, slower] = runs;
    const limits = { slowdown: 0.1 };
    expect(compareLoads(before, equal, limits)).toMatchObject({ result: "no regression", problems: [] });
    const found = compareLoads(before, slower, limits);
    expect(found).toMatchObject({ result: "regressed" });
    const times = found.measures.filter(({ what }) => what.startsWith("time"));
    expect(times.filter(({ isWorse }) => isWorse)).not.toEqual([]);
  },
);
