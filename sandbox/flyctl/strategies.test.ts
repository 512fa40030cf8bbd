import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type MachineAnswer, openTestApp, type TestApp, until } from "../cloud/fly/test-app.ts";
import type { FlyctlResult } from "./test-program.ts";

let app: TestApp;

beforeAll(async () => {
  app = await openTestApp();
  const toml = await readFile(join(app.folder, "fly.toml"), "utf8");
  const config = (name: string, deploy: string, of = toml): Promise<void> =>
    writeFile(join(app.folder, name), of.replace("[processes]", `[deploy]\n${deploy}\n\n[processes]`));
  await config("fly.bluegreen.toml", 'strategy = "bluegreen"');
  await config("fly.two.toml", 'strategy = "rolling"\nmax_unavailable = 2');
  await config("fly.released.toml", `release_command = "node -e 'console.log(process.env.RELEASE_COMMAND)'"`);
  await config("fly.unreleased.toml", `release_command = "node -e 'console.log(41); process.exit(3)'"`);
  await writeFile(
    join(app.folder, "fly.deaf.toml"),
    toml.replace("node server.mjs", "node -e 'setInterval(() => {}, 1000)'").replace('"5s"\n\n', '"0s"\n\n'),
  );
});

afterAll(() => app.close());

function deploy(label: string, config: string, ...more: string[]): Promise<FlyctlResult> {
  return app.flyctl(
    ...["deploy", "--config", config, "--image", `registry.fly.io/worker:${label}`, "--ha=false", "--yes"],
    ...["--wait-timeout", "20s", ...more],
  );
}

const tagsOf = (machines: readonly MachineAnswer[]): string[] =>
  machines.map(({ image_ref: { tag }, state }) => `${tag} ${state}`).sort();
const idsOf = (machines: readonly MachineAnswer[]): string[] => machines.map(({ id }) => id).sort();

async function isLeaseFree(): Promise<boolean> {
  const answers = await Promise.all(
    (await app.machines()).map(({ id }) => app.call("GET", `/v1/apps/worker/machines/${id}/lease`)),
  );
  return answers.every(({ status }) => status === 404);
}

async function newestRelease(): Promise<string> {
  const answer = await app.call<{ releases: { status: string }[] }>(
    "GET",
    "/api/v1/apps/worker/releases?limit=1",
  );
  return answer.body.releases[0]?.status ?? "none";
}

/** From when each machine was out until it ran again, by its own events. */
async function outages(): Promise<[number, number][]> {
  return (await app.machines()).map(({ events }) => {
    const started = events.find(({ type }) => type === "start")?.timestamp ?? 0;
    const begun = events.find(({ type }) => type === "update")?.timestamp ?? 0;
    return [begun, started];
  });
}

it("scales an app up by copies of the machine that it has, and reports when there is nothing to do", async () => {
  expect((await deploy("one", "fly.toml")).code).toBe(0);
  const scaled = await app.flyctl("scale", "count", "4", "--app", "worker", "--yes");
  expect(scaled.code, scaled.stderr).toBe(0);
  await until(
    "four run",
    async () => tagsOf(await app.machines()).join() === Array(4).fill("one started").join(),
  );
  const again = await app.flyctl("scale", "count", "app=4", "--app", "worker", "--yes");
  expect(again.stdout).toContain("App already scaled to desired state");
  expect((await app.flyctl("scale", "count", "web=2", "-a", "worker", "--yes")).stderr).toContain(
    "Attempting to scale unknown process groups [web] but valid names are [app]",
  );
});

it("updates one machine first and then as many at once as max_unavailable allows", async () => {
  const before = idsOf(await app.machines());
  expect((await deploy("two", "fly.two.toml")).code).toBe(0);
  expect(tagsOf(await app.machines())).toEqual(Array(4).fill("two started"));
  expect(idsOf(await app.machines())).toEqual(before);
  const spans = (await outages()).sort(([a], [b]) => a - b);
  const together = spans.map(([begun]) => spans.filter(([from, to]) => from <= begun && begun < to).length);
  expect(together[0]).toBe(1);
  expect(Math.max(...together)).toBe(2);
});

it("updates machines by their ids, and by --max-unavailable in the place of the file's number", async () => {
  expect((await deploy("two", "fly.two.toml", "--max-unavailable", "1")).code).toBe(0);
  const machines = await app.machines();
  const updated = machines.map(({ id, events }) => ({
    id,
    at: events.find(({ type }) => type === "update")?.timestamp ?? 0,
  }));
  const byTime = [...updated].sort((one, other) => one.at - other.at).map(({ id }) => id);
  expect(byTime).toEqual(idsOf(machines));
  const spans = await outages();
  for (const [begun] of spans)
    expect(spans.filter(([from, to]) => from <= begun && begun < to)).toHaveLength(1);
});

it("deploys to the machines alone that it is reported, and takes one that is stopped together with one that runs", async () => {
  const [first, second] = await app.machines();
  const only = await deploy("one", "fly.toml", "--only-machines", first?.id ?? "");
  expect(only.stderr).toContain("--only-machines filter applied, deploying to 1/4 machines");
  const after = await app.machines();
  expect(after.find(({ id }) => id === first?.id)?.image_ref.tag).toBe("one");
  expect(tagsOf(after)).toEqual(["one started", ...Array<string>(3).fill("two started")]);

  await app.call("POST", `/v1/apps/worker/machines/${second?.id ?? ""}/stop`, {});
  await until("it is stopped", async () => tagsOf(await app.machines()).includes("two stopped"));
  expect((await deploy("two", "fly.toml")).code).toBe(0);
  const updates = (await app.machines())
    .map(({ id, events }) => ({ id, at: events.find(({ type }) => type === "update")?.timestamp ?? 0 }))
    .sort((left, right) => left.at - right.at);
  expect(updates.slice(0, 2).map(({ id }) => id)).toContain(second?.id);
  await app.call("POST", `/v1/apps/worker/machines/${second?.id ?? ""}/start`, {});
  await until("all run", async () => tagsOf(await app.machines()).every((each) => each === "two started"));
});

it("does not wait for checks with the strategy immediate", async () => {
  const deployed = await deploy("one", "fly.deaf.toml", "--strategy", "immediate");
  expect(deployed.code).toBe(0);
  expect(await newestRelease()).toBe("complete");
  const checks = (await app.machines()).flatMap((machine) => machine.checks.map(({ status }) => status));
  expect(checks).not.toContain("passing");
  expect((await deploy("one", "fly.toml", "--strategy", "immediate")).code).toBe(0);
  await until("all run again", async () =>
    tagsOf(await app.machines()).every((each) => each === "one started"),
  );
});

it("tries one canary before it touches the others, and touches none when it fails", async () => {
  const before = await app.machines();
  const failed = await deploy("two", "fly.broken.toml", "--strategy", "canary");
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("missing setting: X");
  const after = await app.machines();
  for (const { id, instance_id } of before)
    expect(after.find((machine) => machine.id === id)?.instance_id).toBe(instance_id);
  // As with the real flyctl, the canary that failed stays until it is removed.
  const canary = after.find((machine) => machine.config.metadata["fly_canary"] === "true");
  expect(canary?.image_ref.tag).toBe("two");
  const removed = await app.flyctl("machine", "destroy", canary?.id ?? "", "--force", "-a", "worker");
  expect(removed.code, removed.stderr).toBe(0);

  const deployed = await deploy("two", "fly.toml", "--strategy", "canary", "--max-unavailable", "4");
  expect(deployed.code, deployed.stderr).toBe(0);
  expect(deployed.stdout).toContain("Creating canary machine for group app");
  expect(tagsOf(await app.machines())).toEqual(Array(4).fill("two started"));
  expect(idsOf(await app.machines())).toEqual(idsOf(before));
});

it("with bluegreen runs both versions at once, and the old one goes when the new one is healthy", async () => {
  expect((await app.flyctl("scale", "count", "2", "-a", "worker", "--yes")).code).toBe(0);
  const blue = await app.machines();
  const running = app.start(
    ...["deploy", "-c", "fly.bluegreen.toml", "--image", "registry.fly.io/worker:one", "--yes"],
  );
  await until("both versions run", async () => {
    const tags = tagsOf(await app.machines());
    return tags.join() === "one started,one started,two started,two started";
  });
  const { code, stderr } = await running.ended;
  expect(code, stderr).toBe(0);
  const green = await app.machines();
  expect(tagsOf(green)).toEqual(["one started", "one started"]);
  expect(green.filter(({ id }) => idsOf(blue).includes(id))).toEqual([]);
  expect(green.map(({ cordoned }) => cordoned)).toEqual([false, false]);
  const order = [
    "Creating green",
    "Marking green",
    "cordoning all blue",
    "Stopping all blue",
    "Destroying all blue",
  ];
  const places = order.map((words) => stderr.indexOf(words));
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

it("removes the new machines and leaves the old ones when a bluegreen deployment fails or is interrupted", async () => {
  const before = await app.machines();
  const broken = await deploy("two", "fly.broken.toml", "--strategy", "bluegreen");
  expect(broken.code).toBe(1);
  expect(broken.stderr).toContain("could not get all green machines to be healthy");
  expect(broken.stderr).toContain("missing setting: X");
  expect(idsOf(await app.machines())).toEqual(idsOf(before));

  const running = app.start(
    ...["deploy", "-c", "fly.deaf.toml", "--image", "registry.fly.io/worker:two", "--strategy", "bluegreen"],
  );
  await until("green machines are there", async () => (await app.machines()).length === 4);
  running.signal("SIGTERM");
  expect((await running.ended).code).toBe(127);
  expect(idsOf(await app.machines())).toEqual(idsOf(before));
  expect(await newestRelease()).toBe("interrupted");
  expect(await isLeaseFree()).toBe(true);
});

it("refuses bluegreen without a check, and with two images in the app", async () => {
  await writeFile(
    join(app.folder, "fly.unchecked.toml"),
    `app = "worker"\n[processes]\napp = "node server.mjs"\n`,
  );
  const unchecked = await deploy("two", "fly.unchecked.toml", "--strategy", "bluegreen");
  expect(unchecked.stderr).toContain("You need to define at least 1 check");

  const [first] = await app.machines();
  if (!first) throw new Error("there is no machine");
  const config = { ...first.config, image: "registry.fly.io/worker:two" };
  await app.call("POST", `/v1/apps/worker/machines/${first.id}`, { config });
  const mixed = await deploy("two", "fly.bluegreen.toml");
  expect(mixed.stderr).toContain("found multiple image versions");
  expect((await deploy("one", "fly.toml")).code).toBe(0);
});

it("runs the release command on a machine of its own first, and touches nothing when it fails", async () => {
  const before = (await app.machines()).map(({ instance_id }) => instance_id);
  const failed = await deploy("two", "fly.unreleased.toml");
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(
    /release command failed - aborting deployment\. machine \w+ exited with non-zero status of 3/,
  );
  expect(failed.stderr).toContain("41");
  expect((await app.machines()).map(({ instance_id }) => instance_id)).toEqual(before);
  expect(await newestRelease()).toBe("failed");

  const deployed = await deploy("two", "fly.released.toml");
  expect(deployed.code, deployed.stderr).toBe(0);
  expect(deployed.stderr).toMatch(/release_command \w+ completed successfully/);
  expect(tagsOf(await app.machines())).toEqual(["two started", "two started"]);
});

it("sets secrets, shows which are deployed, and sends the version that it knows with every machine", async () => {
  const secrets = async (): Promise<unknown> =>
    JSON.parse((await app.flyctl("secrets", "list", "-a", "worker", "--json")).stdout);
  const set = await app.flyctl("secrets", "set", "FIRST=1", "SECOND=2", "-a", "worker", "--stage");
  expect(set.stdout).toContain("Secrets have been staged");
  expect(await secrets()).toMatchObject([
    { name: "FIRST", status: "Staged" },
    { name: "SECOND", status: "Staged" },
  ]);
  const deployed = await app.flyctl("secrets", "deploy", "-a", "worker");
  expect(deployed.code, deployed.stderr).toBe(0);
  expect(await secrets()).toMatchObject([{ status: "Deployed" }, { status: "Deployed" }]);
  expect((await app.flyctl("secrets", "unset", "SECOND", "-a", "worker", "--stage")).code).toBe(0);
  expect(await secrets()).toMatchObject([{ name: "FIRST" }]);

  await app.call("POST", "/v1/apps/worker/secrets", { values: { THIRD: "3" } });
  expect((await app.flyctl("secrets", "sync", "-a", "worker")).code).toBe(0);
  const known = await readFile(join(app.cloud.context.home.folder, "fly", "config.yml"), "utf8");
  const { version } = (
    await app.call<{ version: number }>("POST", "/v1/apps/worker/secrets", { values: { THIRD: "4" } })
  ).body;
  expect(known).toBe(`app_secrets_minvers:\n  worker: ${version - 1}\n`);
});

it("lists, makes and destroys apps", async () => {
  expect((await app.flyctl("apps", "create", "other", "--org", "personal")).stdout).toBe(
    "New app created: other\n",
  );
  expect((await app.flyctl("apps", "list", "--quiet")).stdout).toBe("worker\nother\n");
  expect((await app.flyctl("apps", "destroy", "other")).stderr).toContain("--yes flag must be specified");
  expect((await app.flyctl("apps", "destroy", "other", "--yes")).stdout).toBe("Destroyed app other\n");
  expect((await app.flyctl("apps", "list", "--quiet")).stdout).toBe("worker\n");
});

it("follows the log until it is ended, each line once", async () => {
  const running = app.start("logs", "--app", "worker");
  const [first] = await app.machines();
  const count = (words: string): number =>
    running
      .printed()
      .split("\n")
      .filter((line) => line.includes(first?.id ?? "?") && line.includes(words)).length;
  await vi.waitUntil(() => count("worker_start") > 0, { timeout: 60_000 });
  const exit = "Main child exited normally with code: 0";
  // The second time, so that lines of the first one would have been printed again by a later look.
  for (const restarts of [1, 2]) {
    expect((await app.flyctl("machine", "restart", first?.id ?? "", "-a", "worker")).code).toBe(0);
    await vi.waitUntil(() => count(exit) >= restarts, { timeout: 60_000 });
  }
  running.signal("SIGINT");
  await running.ended;
  expect([count("worker_stop"), count(exit)]).toEqual([2, 2]);
});
