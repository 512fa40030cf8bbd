import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import type { SeenEnvironment } from "./environment-seen.ts";
import { seeEnvironment } from "./environment-seen.ts";
import { callCloud, postPlan, rolloutStatus, sandboxSecrets, waitForPlan } from "./observe.ts";
import { expectWithin, limits, setPace } from "./pace.ts";
import type { Ended } from "./sandbox.ts";
import { stagingIn } from "./staging.ts";
import { useSandbox } from "./use-sandbox.ts";
import type { Failure } from "./ways-to-fail.ts";
import { failuresOf } from "./ways-to-fail.ts";

/**
 * Releases that fail, each in another way and at another step, over one that is good. Afterwards the environment is
 * that one again, as the clouds, the database and a user see it.
 *
 * `ROLLOUT_FAILURES=all npm test -- tests/sandbox/failures` has every failure, CI the few that differ most; with
 * `ROLLOUT_PROFILE=realistic` the clouds take as long as the real ones.
 */
const { checkout, sandbox } = useSandbox({ from: "staging live" });
const { outputs } = stagingIn(sandbox);
const failures = failuresOf(checkout, sandbox);
const all = process.env["ROLLOUT_FAILURES"] === "all";

let webUrl = "";
let key = "";
let seen: SeenEnvironment;
let goodCommit = "";
/** From the failed check to the verified release before, in seconds, by failure. */
const restored = new Map<string, number>();

const inStaging = (...words: readonly string[]): Promise<Ended> =>
  sandbox.run(...words, "--stack", "staging");

beforeAll(async () => {
  checkout.edit("Pulumi.staging.yaml", "worker: { count: 1 }", "worker: { count: 2 }");
  // What hangs is given up soon: the limit is a setting of the environment and no part of a release.
  checkout.edit("Pulumi.staging.yaml", "    secrets: []", "    secrets: []\n    waitSeconds: 20");
  goodCommit = checkout.commit("Two machines, and little patience");
  const { status, output } = await inStaging("bin/rollout", "up");
  expect(status, output).toBe(0);
  ({ webUrl, smokeApiKey: key } = await outputs());
  seen = await seeEnvironment(sandbox, webUrl);
  await calm();
}, 600_000);
afterAll(() => {
  const times = [...restored.values()].sort((one, other) => one - other);
  const p95 = times[Math.ceil(times.length * 0.95) - 1] ?? Number.NaN;
  const lines = [...restored].map(([name, seconds]) => `  ${seconds.toFixed(1).padStart(6)} s  ${name}\n`);
  process.stdout.write(
    `From the failed check to the release before, verified: p95 ${p95.toFixed(1)} s of ${String(times.length)}\n${lines.join("")}`,
  );
});

let releases = 0;

/** A release that is another one than any before it, with workers and a web application that was not built yet. */
async function release(message: string, failure?: Failure): Promise<string> {
  releases += 1;
  const number = String(releases);
  changeApplication(checkout, number, "worker", "regenerator", "web");
  checkout.edit("Pulumi.staging.yaml", "maxModules: 6", "maxModules: 5");
  await failure?.by();
  return checkout.commit(message);
}

const forget = (): string => checkout.git("reset", "--quiet", "--hard", goodCommit);

/** The clouds do what they are asked again. */
async function calm(): Promise<void> {
  await sandbox.read("faults", "clear");
  await setPace(sandbox);
}

async function expectTheGoodOne(): Promise<void> {
  expect(await seeEnvironment(sandbox, webUrl)).toEqual(seen);
}

const chosen = Object.entries(failures).filter(([, { always }]) => all || always);

describe("a release that fails", { timeout: 400_000 }, () => {
  it.each(chosen)("because %s leaves the one before, and reports it", async (name, failure) => {
    const commit = await release(`Break it: ${name}`, failure);
    const { status, output } = await inStaging("bin/rollout", "up", "--json");
    await calm();
    forget();
    expect(status, output).toBe(4);
    expect(output).not.toContain("without giving its lease back");
    expect(output).not.toContain("Internal error");

    await expectTheGoodOne();
    const plan = await waitForPlan(webUrl, key, await postPlan(webUrl, key, name));
    expect(plan.modules.every(({ tasks }) => tasks.length > 0)).toBe(true);
    await expect(rolloutStatus(sandbox, commit)).resolves.toEqual({
      commit: "failure",
      deployment: "failure",
    });

    const [failed, back] = endsIn(output);
    expect([failed?.["result"], back?.["result"]]).toEqual(["failed", "rolled back"]);
    expect(failed?.["failedSteps"]).toEqual([failure.step]);
    const seconds = Number(back?.["seconds"]);
    restored.set(name, seconds);
    expectWithin(limits.release, seconds, name);
    const [issue] = await callCloud<{ title: string; body: string; html_url: string }[]>(
      sandbox,
      "github",
      "GET",
      "/repos/atlaris/atlaris/issues?labels=incident&state=open&per_page=1",
    );
    expect(issue?.html_url).toBe(back?.["incident"]);
    // As a browser opens it.
    const page = await fetch(issue?.html_url ?? "");
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
    expect(issue?.title).toContain(`failed at ${failure.step}`);
    expect(issue?.body).toContain("proven by its smoke test");
    for (const { name: secret, value } of sandboxSecrets(sandbox))
      expect(issue?.body.includes(value), secret).toBe(false);
  });

  it("is restored by the command that it names, when plain pulumi has rolled it out", async () => {
    await release("Break it for plain pulumi", failures["a worker exits when it starts"]);
    const { status, output } = await inStaging("pulumi", "up", "--skip-preview");
    expect(status).not.toBe(0);
    expect(output).toContain("the last good release again: bin/rollout rollback --stack staging");
    const back = await inStaging("bin/rollout", "rollback");
    forget();
    expect(back.status, back.output).toBe(0);
    await expectTheGoodOne();
  });

  it("that cannot be restored is reported, and is restored once the cause is fixed", async () => {
    await release("Meet a cloud that refuses");
    const machine = ["--cloud", "fly", "--method", "POST", "--path", "/v1/apps/*/machines/*"];
    await sandbox.read("faults", "add", ...machine, "--kind", "status", "--status", "422");
    const { status, output } = await inStaging("bin/rollout", "up");
    await calm();
    expect(status, output).toBe(5);
    expect(output).toMatch(/staging is not restored: the rollback to release \w+ \(#\d+\) failed too/);
    const back = await inStaging("bin/rollout", "rollback");
    forget();
    expect(back.status, back.output).toBe(0);
    await expectTheGoodOne();
  });

  it("is tried again by the same command, and then is live", async () => {
    await release("Fix it");
    const { status, output } = await inStaging("bin/rollout", "up");
    expect(status, output).toBe(0);
    const now = await seeEnvironment(sandbox, webUrl);
    expect(now.healthy).toEqual(seen.healthy);
    expect(now.deployment).not.toBe(seen.deployment);
    // The state names what runs.
    const drift = await inStaging("pulumi", "preview", "--refresh", "--expect-no-changes");
    expect(drift.status, drift.output).toBe(0);
  });
});

/** How each of the two rollouts of a command ended: the one that failed, and the rollback. */
function endsIn(output: string): readonly Readonly<Record<string, unknown>>[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith('{"kind":"end"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
