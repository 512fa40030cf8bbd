import { afterEach, expect, it } from "vitest";
import { openTestCloud } from "../test-context.ts";
import { openWith } from "./index.ts";
import { lagOf, type LagClock } from "./lag.ts";
import { type MachineAnswer, openTestApp, type TestApp, until } from "./test-app.ts";

/** Longer than any test takes, so that a lag ends only when a test moves the clock on. */
const lag = 600_000;
const at = "/v1/apps/worker/machines";
const image = "registry.fly.io/worker:one";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** The machine's clock, moved on by `advance`; a sleep lasts until `wake`. */
function movedClock() {
  let ahead = 0;
  const sleepers: (() => void)[] = [];
  return {
    now: () => Date.now() + ahead,
    sleep: () => new Promise<void>((resolve) => void sleepers.push(resolve)),
    advance: (milliseconds: number) => void (ahead += milliseconds),
    wake: () => {
      for (const resolve of sleepers.splice(0)) resolve();
    },
  } satisfies LagClock & Record<string, unknown>;
}

async function openApp(...lags: Parameters<typeof openTestApp>): Promise<TestApp> {
  const app = await openTestApp(...lags);
  closers.push(() => app.close());
  return app;
}

it("refuses to start a machine that is created, replaced or just stopped, and starts it later", async () => {
  const clock = movedClock();
  const app = await openApp({ machineState: lag, clock });
  const startOf = (id: string) => app.call<{ error?: string }>("POST", `${at}/${id}/start`);
  const reach = (id: string, state: string) =>
    until(`machine is ${state}`, async () => {
      clock.wake();
      return (await app.call<MachineAnswer>("GET", `${at}/${id}`)).body.state === state;
    });
  const config = { image, restart: { policy: "no" } };
  const { id } = (await app.call<MachineAnswer>("POST", at, { config })).body;
  expect(await startOf(id)).toEqual({
    status: 412,
    body: { error: "failed_precondition: unable to start machine from current state: 'created'" },
  });
  await reach(id, "started");
  await app.call("POST", `${at}/${id}`, { config });
  expect((await startOf(id)).body.error).toContain("machine getting replaced, refusing to start");
  await reach(id, "started");
  await app.call("POST", `${at}/${id}/stop`, {});
  await reach(id, "stopped");
  expect((await startOf(id)).body.error).toContain("machine still active, refusing to start");
  clock.advance(lag);
  expect((await startOf(id)).status).toBe(200);
});

it("shows a pushed image after its lag, and reports one that it does not have without an error code", async () => {
  const clock = movedClock();
  const app = await openApp({ image: lag, clock });
  const query = "query ($app: String!, $ref: String!) { app(name: $app) { image(ref: $ref) { digest } } }";
  const ask = async (ref: string) =>
    (await app.call<object>("POST", "/graphql", { query, variables: { app: "worker", ref } })).body;
  const missing = (ref: string) => ({ data: null, errors: [{ message: `Could not find image "${ref}"` }] });
  expect(await ask(image)).toEqual(missing(image));
  clock.advance(lag);
  expect(await ask(image)).toMatchObject({
    data: { app: { image: { digest: expect.stringMatching(/^sha256:/) as unknown } } },
  });
  const nowhere = "registry.fly.io/worker:nowhere";
  expect(await ask(nowhere)).toEqual(missing(nowhere));
});

it("shows a new machine after its lag", async () => {
  const clock = movedClock();
  const app = await openApp({ machine: lag, clock });
  const { id } = (await app.call<MachineAnswer>("POST", at, { config: { image } })).body;
  const read = () => app.call<{ error?: string }>("GET", `${at}/${id}`);
  expect(await read()).toEqual({
    status: 404,
    body: { error: `machine not found: machine ID ${id} not found` },
  });
  clock.advance(lag);
  expect((await read()).status).toBe(200);
});

it("answers calls to a new app with 404, then 401, and after its lag as asked", async () => {
  const clock = movedClock();
  const cloud = await openTestCloud("fly", (context) =>
    openWith(context, { ...lagOf("0"), app: lag, clock }),
  );
  closers.push(() => cloud.close());
  const call = (method: string, path: string, body?: object) =>
    fetch(cloud.origin + path, {
      method,
      headers: { authorization: `Bearer ${cloud.token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  await call("POST", "/v1/apps?wait=true", { app_name: "new", org_slug: "personal" });
  const statuses: number[] = [];
  for (let looks = 0; looks < 3; looks += 1) {
    statuses.push((await call("GET", "/v1/apps/new/secrets")).status);
    clock.advance((lag * 2) / 3);
  }
  expect(statuses).toEqual([404, 401, 200]);
});

it("rejects a machine that requires the newest secrets until their lag has passed", async () => {
  const clock = movedClock();
  const app = await openApp({ secrets: lag, clock });
  const { version } = (
    await app.call<{ version: number }>("POST", "/v1/apps/worker/secrets", { values: { A: "b" } })
  ).body;
  const create = () =>
    app.call("POST", at, { config: { image }, skip_launch: true, min_secrets_version: version });
  expect(await create()).toMatchObject({
    status: 412,
    body: { error: expect.stringContaining("is not yet available on this app") as unknown },
  });
  clock.advance(lag);
  expect((await create()).status).toBe(200);
});
