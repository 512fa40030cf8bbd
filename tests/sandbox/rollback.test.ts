import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import type { SeenEnvironment } from "./environment-seen.ts";
import { seeEnvironment } from "./environment-seen.ts";
import { expectNoSecret, secretsOf } from "./expect-no-secret.ts";
import { postPlan, waitForPlan } from "./observe.ts";
import { limits, setPace, usePace } from "./pace.ts";
import type { Ended } from "./sandbox.ts";
import { writesOf } from "./story.ts";
import type { Secret } from "./tripwire.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * Two releases of one environment, which differ in everything that a release holds, and every way between them. What
 * the environment is, is read from the clouds.
 */
const { checkout, sandbox } = useSandbox({ from: "staging live" });
const { within } = usePace();
let webUrl = "";
let key = "";
let [older, newer] = ["", ""];
let [seenOlder, seenNewer]: SeenEnvironment[] = [];
/** All that staging ever had: a rotation replaces some. */
const secrets: Secret[] = [];
/** Of the older release, as `pulumi stack export` gave it. */
let state = "";

beforeAll(async () => {
  older = checkout.git("rev-parse", "HEAD");
  secrets.push(...(await secretsOf(sandbox, "staging")));
  ({ webUrl, key } = await outputs());
  seenOlder = await seeEnvironment(sandbox, webUrl);
  state = await sandbox.read("pulumi", "stack", "export", "--stack", "staging");
  changeApplication(checkout, "newer", "worker", "web");
  checkout.edit("fly.staging.worker.toml", 'LOG_LEVEL = "info"', 'LOG_LEVEL = "debug"');
  checkout.edit("Pulumi.staging.yaml", "maxModules: 6", "maxModules: 5");
  newer = checkout.commit("Change all that a release holds");
  await good("bin/rollout", "up", "--stack", "staging");
  seenNewer = await seeEnvironment(sandbox, webUrl);
  await setPace(sandbox);
}, 600_000);

async function outputs(): Promise<{ readonly webUrl: string; readonly key: string }> {
  const words = ["pulumi", "stack", "output", "--stack", "staging", "--json", "--show-secrets"];
  const told = JSON.parse(await sandbox.read(...words)) as { webUrl: string; smokeApiKey: string };
  return { webUrl: told.webUrl, key: told.smokeApiKey };
}

async function good(...words: readonly string[]): Promise<Ended> {
  const ended = await sandbox.run(...words);
  expect(ended.status, ended.output).toBe(0);
  return ended;
}

/** Uploads and builds: what a rollback has no need of. */
const builds = (): Promise<number> =>
  writesOf(sandbox, /vercel POST \/v13\/deployments|fly POST \/sandbox\/builds/);

async function answers(): Promise<void> {
  const plan = await waitForPlan(webUrl, key, await postPlan(webUrl, key, "Rollback times"));
  expect(plan.modules.length).toBeGreaterThan(0);
}

const rollback = (...words: readonly string[]): Promise<Ended> =>
  good("bin/rollout", "rollback", "--stack", "staging", ...words);

describe("a release that is restored", { timeout: 300_000 }, () => {
  it("is another one in each of its parts", () => {
    expect(seenNewer).not.toEqual(seenOlder);
    expect(seenNewer?.deployment).not.toBe(seenOlder?.deployment);
    expect(seenNewer?.secrets).not.toEqual(seenOlder?.secrets);
  });

  /** Each goes to the release that is not live: to the older one, and then to the newer one again. */
  const ways: readonly (readonly [way: string, to: "older" | "newer", go: () => Promise<unknown>])[] = [
    ["bin/rollout rollback", "older", () => rollback()],
    [
      "the setting rollout:release",
      "newer",
      async () => {
        checkout.git("checkout", "--quiet", older);
        const setting = ["config", "set", "--stack", "staging", "rollout:release", newer.slice(0, 12)];
        await sandbox.read("pulumi", ...setting);
        await good("pulumi", "up", "--stack", "staging", "--skip-preview");
        await sandbox.read("pulumi", "config", "rm", "--stack", "staging", "rollout:release");
      },
    ],
    [
      "an earlier state that is imported",
      "older",
      async () => {
        checkout.git("checkout", "--quiet", older);
        const file = join(sandbox.home, "earlier.json");
        writeFileSync(file, state, { mode: 0o600 });
        await sandbox.read("pulumi", "stack", "import", "--stack", "staging", "--file", file);
        await good("pulumi", "up", "--stack", "staging", "--skip-preview", "--refresh");
      },
    ],
    [
      "a commit that is checked out",
      "newer",
      async () => {
        checkout.git("checkout", "--quiet", newer);
        await good("pulumi", "up", "--stack", "staging", "--skip-preview");
      },
    ],
  ];
  it.each(ways)(
    "is the same in every cloud by %s, to the %s one, and builds nothing",
    async (name, to, go) => {
      const before = await builds();
      await within(limits.release, name, go);
      expect(await seeEnvironment(sandbox, webUrl)).toEqual(to === "older" ? seenOlder : seenNewer);
      await answers();
      expect(await builds()).toBe(before);
    },
  );

  it("is restored in part, and nothing else is touched", async () => {
    const worker = "atlaris-worker-staging";
    const part = (...only: readonly string[]): Promise<Ended> => rollback("--to", "1", "--only", ...only);
    const { output } = await within(limits.release, "one worker", () => part(worker));
    expect(output).toContain("Mixed now:");
    const seen = await seeEnvironment(sandbox, webUrl);
    expect(seen.images[worker]).toEqual(seenOlder?.images[worker]);
    expect(seen).toMatchObject({ deployment: seenNewer?.deployment, secrets: seenNewer?.secrets });
    const other = "atlaris-worker-regenerator-staging";
    expect(seen.images[other]).toEqual(seenNewer?.images[other]);
    await answers();

    await within(limits.variables, "the variables", () => part("variables"));
    const varied = await seeEnvironment(sandbox, webUrl);
    expect(varied).toMatchObject({ images: seen.images, secrets: seenOlder?.secrets });
    expect(varied.source).toBe(seenNewer?.source);

    await within(limits.release, "the web", () => part("web"));
    const mixed = await seeEnvironment(sandbox, webUrl);
    expect(mixed.deployment).toBe(seenOlder?.deployment);
    expect(mixed).toMatchObject({ images: seen.images, secrets: seenOlder?.secrets });
    await answers();
  });
});

describe("a release whose secrets have changed since", { timeout: 300_000 }, () => {
  it("is built from its own commit where Vercel froze them, and has the new ones", async () => {
    await good("bin/rollout", "up", "--stack", "staging");
    await good("bin/rollout", "rotate", "smoke-test-key", "--stack", "staging");
    ({ key } = await outputs());
    await rollback("--to", "1");
    const seen = await seeEnvironment(sandbox, webUrl);
    expect(seen).toMatchObject({ source: seenOlder?.source, images: seenOlder?.images });
    expect(seen.deployment).not.toBe(seenOlder?.deployment);
    await answers();
  });
});

describe("the record", { timeout: 120_000 }, () => {
  it("lists every rollout, what it was of and what became of it", async () => {
    const lines = (await sandbox.read("bin/rollout", "history", "--stack", "staging", "--json")).trim();
    const told = lines.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    const attempts = told.map(({ attempt, ...rest }) => ({ ...(attempt as object), ...rest }));
    expect(attempts.at(-1)).toMatchObject({
      number: 1,
      commit: older,
      standing: "returnable",
      checks: ["ci"],
    });
    expect(attempts[0]).toMatchObject({ standing: "live", returnsTo: 1, commit: older });
    const part = older.slice(0, 12);
    expect(attempts[3]).toMatchObject({
      release: `${newer}+worker@${part}+variables@${part}+web@${part}`,
      commit: newer,
    });
    const compared = await good("bin/rollout", "history", "1..2", "--stack", "staging");
    expect(compared.output).toMatch(
      /variable FEATURE_FLAGS of the workers: .*"maxModules":6.* → .*"maxModules":5/,
    );
    expect(compared.output).toContain("worker configuration: another text");
  });

  it("refuses to return to what is not there, and changes nothing", async () => {
    const before = await writesOf(sandbox);
    const { status, output } = await sandbox.run(
      "bin/rollout",
      "rollback",
      "--stack",
      "staging",
      "--to",
      "99",
    );
    expect(status).toBe(2);
    expect(output).toContain(
      "staging has no release 99 on record. It has: bin/rollout history --stack staging",
    );
    expect(await writesOf(sandbox)).toBe(before);
  });

  it("and the rollbacks show no secret, old or new, in what they printed and wrote", async () => {
    await expectNoSecret(sandbox, [...secrets, ...(await secretsOf(sandbox, "staging"))]);
  });

  it("shows a byte that was changed, and lets nothing be returned to", async () => {
    const verified = await good("bin/rollout", "history", "--stack", "staging", "--verify");
    expect(verified.output).toMatch(/is as it was written: \d+ entries/);
    await sandbox.read("stop");
    const file = join(sandbox.home, "cloud", "github", "state.json");
    const text = readFileSync(file, "utf8");
    // The beginning of the second attempt is the first entry that names this release.
    const changed = text.replace(`\\"release\\":\\"${newer}`, `\\"release\\":\\"${older}`);
    expect(changed).not.toBe(text);
    writeFileSync(file, changed);
    const found = await sandbox.run("bin/rollout", "history", "--stack", "staging", "--verify");
    expect(found.status).toBe(1);
    expect(found.output).toMatch(
      /The record of staging is not as it was written:\n(.*\n)* {2}entry \d+ .* has a signature that is not one of staging-of-sandbox/,
    );
    const refused = await sandbox.run("bin/rollout", "rollback", "--stack", "staging", "--to", "2");
    expect(refused.status, refused.output).toBe(3);
    expect(refused.output).toContain("the record of staging is refused");
    writeFileSync(file, text);
    await sandbox.read("stop");
  });
});
