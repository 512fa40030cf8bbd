import { afterAll, beforeAll, expect, it } from "vitest";
import { type MachineAnswer, openTestApp, type TestApp, until } from "./test-app.ts";

let app: TestApp;
beforeAll(async () => (app = await openTestApp()));
afterAll(() => app.close());

const at = "/v1/apps/worker/machines";
const image = "registry.fly.io/worker:one";

async function launch(config: object = {}, more: object = {}): Promise<MachineAnswer> {
  const { status, body } = await app.call<MachineAnswer>("POST", at, {
    config: { image, ...config },
    ...more,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

async function get(id: string): Promise<MachineAnswer> {
  return (await app.call<MachineAnswer>("GET", `${at}/${id}`)).body;
}

const wait = (id: string, query: string): ReturnType<TestApp["call"]> =>
  app.call("GET", `${at}/${id}/wait?${query}`);

it("lets only the holder of the lease change a machine, until it is released or has run out", async () => {
  const { id } = await launch();
  const taken = await app.call<{ data: { nonce: string } }>("POST", `${at}/${id}/lease?ttl=30`);
  expect(taken.status).toBe(201);
  const { nonce } = taken.body.data;
  const holder = { "fly-machine-lease-nonce": nonce };
  expect(await app.call("POST", `${at}/${id}/lease?ttl=30`)).toMatchObject({
    status: 409,
    body: { error: expect.stringContaining("lease currently held by") as unknown },
  });
  for (const [method, path] of [
    ["POST", "/stop"],
    ["POST", "/cordon"],
    ["POST", ""],
    ["DELETE", "?kill=true"],
    ["DELETE", "/lease"],
  ] as const)
    expect((await app.call(method, `${at}/${id}${path}`)).status, path).toBe(409);
  const refreshed = await app.call("POST", `${at}/${id}/lease?ttl=30`, undefined, holder);
  expect(refreshed.body).toMatchObject({ status: "success", data: { nonce } });
  expect((await app.call("DELETE", `${at}/${id}/lease`, undefined, holder)).status).toBe(200);
  expect((await app.call("GET", `${at}/${id}/lease`)).status).toBe(404);

  await app.call("POST", `${at}/${id}/lease?ttl=1`);
  await until("it has run out", async () => (await app.call("GET", `${at}/${id}/lease`)).status === 404);
  expect((await app.call("DELETE", `${at}/${id}?kill=true`)).status).toBe(200);
});

it("refuses a second machine of one name, as Fly was seen to", async () => {
  const { id } = await launch({}, { name: "twin" });
  const body = { config: { image }, name: "twin" };
  expect(await app.call("POST", at, body)).toMatchObject({
    status: 409,
    body: { error: expect.stringContaining("unique machine name violation") as unknown },
  });
  expect((await app.call("DELETE", `${at}/${id}?force=true`)).status).toBe(200);
});

it("keeps a machine from the proxy until it is uncordoned", async () => {
  const { id, cordoned } = await launch({}, { skip_service_registration: true });
  expect(cordoned).toBe(true);
  expect((await app.call("POST", `${at}/${id}/uncordon`)).status).toBe(200);
  expect((await get(id)).cordoned).toBe(false);
  expect((await app.call("POST", `${at}/${id}/cordon`)).status).toBe(200);
  expect((await get(id)).cordoned).toBe(true);
  await app.call("DELETE", `${at}/${id}?kill=true`);
});

it("notes metadata without making a new version, and refuses a change of a version that is gone", async () => {
  const { id, instance_id } = await launch({ metadata: { kept: "yes" } });
  const metadata = `${at}/${id}/metadata`;
  expect((await app.call("POST", `${metadata}/colour`, { value: "red" })).status).toBe(204);
  expect((await app.call("GET", `${metadata}/colour`)).body).toEqual({ value: "red" });
  expect((await app.call("PATCH", metadata, { metadata: { colour: null, size: "1" } })).status).toBe(204);
  expect((await app.call("GET", metadata)).body).toEqual({ kept: "yes", size: "1" });
  expect((await app.call("DELETE", `${metadata}/size`)).status).toBe(204);
  expect((await app.call("GET", `${metadata}/size`)).status).toBe(404);
  const stale = { metadata: { a: "b" }, machine_version: "01H00000000000000000000000" };
  expect((await app.call("PUT", metadata, stale)).status).toBe(412);
  expect((await get(id)).instance_id).toBe(instance_id);
  await app.call("DELETE", `${at}/${id}?kill=true`);
});

it("waits for a state, a version or an event, and answers 408 when it does not come and 400 when it cannot", async () => {
  const { id, instance_id } = await launch();
  expect(await wait(id, "state=started&timeout=10")).toMatchObject({ status: 200, body: { ok: true } });
  expect((await wait(id, `state=started,stopped&version=${instance_id}`)).status).toBe(200);
  expect((await wait(id, "state=settled")).status).toBe(200);
  expect(await wait(id, "state=stopped&timeout=1")).toMatchObject({
    status: 408,
    body: { error: expect.stringContaining("machine failed to reach desired state, stopped") as unknown },
  });
  expect((await wait(id, "state=asleep")).status).toBe(400);
  const [{ id: last } = { id: "" }] = (await get(id)).events;
  await app.call("POST", `${at}/${id}/restart?timeout=5s&signal=SIGTERM`);
  expect((await wait(id, `state=stopped&from_event_id=${last}&timeout=10`)).status).toBe(200);
  await app.call("DELETE", `${at}/${id}?kill=true`);
  expect((await wait(id, "state=destroyed")).status).toBe(200);
  expect((await wait("00000000000000", "state=destroyed")).status).toBe(404);
});

it("answers for a destroyed machine, without its secrets, and no longer lists it", async () => {
  const { id } = await launch();
  expect((await app.call("DELETE", `${at}/${id}`)).status).toBe(412);
  expect((await app.call("DELETE", `${at}/${id}?force=true`)).status).toBe(200);
  expect(await get(id)).toMatchObject({ id, state: "destroyed" });
  expect((await app.call<MachineAnswer[]>("GET", `${at}/${id}/events`)).body[0]).toMatchObject({
    type: "destroy",
  });
  expect((await app.machines()).map((machine) => machine.id)).not.toContain(id);
  const withDeleted = await app.call<MachineAnswer[]>("GET", `${at}?include_deleted=true`);
  expect(withDeleted.body.map((machine) => machine.id)).toContain(id);
  expect((await app.call("POST", `${at}/${id}/start`)).status).toBe(404);
});

it("signals the program, shows its process, and keeps every version of the config", async () => {
  const { id } = await launch({ restart: { policy: "always" } });
  await wait(id, "state=started");
  const [process] = (await app.call<{ pid: number; command: string }[]>("GET", `${at}/${id}/ps`)).body;
  expect(process?.command).toContain("server.mjs");
  // By number, as flyctl's `machine kill` sends it.
  expect((await app.call("POST", `${at}/${id}/signal`, { signal: 9 })).status).toBe(200);
  await until("it was restarted", async () => (await get(id)).events.some(({ type }) => type === "exit"));
  expect((await get(id)).events.find(({ type }) => type === "exit")?.request?.exit_event.exit_code).toBe(137);
  expect((await app.call("POST", `${at}/${id}/signal`, { signal: "SIGNONE" })).status).toBe(400);

  const update = { config: { image, env: { N: "2" } }, current_version: "01H00000000000000000000000" };
  expect((await app.call("POST", `${at}/${id}`, update)).status).toBe(412);
  await app.call("POST", `${at}/${id}`, { ...update, current_version: undefined });
  const versions = await app.call<{ version: string; user_config: { env?: object } }[]>(
    "GET",
    `${at}/${id}/versions`,
  );
  expect(versions.body.map(({ user_config: { env } }) => env)).toEqual([{ N: "2" }, undefined]);
  expect(versions.body[0]?.version).toBe((await get(id)).instance_id);
  await app.call("DELETE", `${at}/${id}?kill=true`);
  expect((await app.call("GET", `${at}/${id}/ps`)).status).toBe(404);
});

it("restarts by the policy: not at all, some times after a failure, always", async () => {
  const exits = async (id: string): Promise<number> =>
    (await get(id)).events.filter(({ type }) => type === "exit").length;
  const failing = { init: { exec: ["node", "-e", "process.exit(4)"] } };
  const never = await launch({ ...failing, restart: { policy: "no" } });
  const twice = await launch({ ...failing, restart: { policy: "on-failure", max_retries: 2 } });
  const ended = await launch({ init: { exec: ["node", "-e", ""] }, restart: { policy: "on-failure" } });
  const always = await launch({ init: { exec: ["node", "-e", ""] }, restart: { policy: "always" } });
  const gone = await launch({ ...failing, restart: { policy: "no" }, auto_destroy: true });
  for (const { id } of [never, twice, ended])
    await until(`${id} is stopped`, async () => (await get(id)).state === "stopped");
  expect(await Promise.all([never, twice, ended].map(({ id }) => exits(id)))).toEqual([1, 3, 1]);
  await until("it came back twice", async () => (await exits(always.id)) > 2);
  await until("it destroyed itself", async () => (await get(gone.id)).state === "destroyed");
  expect((await get(gone.id)).events.find(({ type }) => type === "exit")?.request?.exit_event.exit_code).toBe(
    4,
  );
  for (const { id } of await app.machines()) await app.call("DELETE", `${at}/${id}?kill=true`);
});

it("shows a check as warning within the grace period, then critical, and passing when it passes", async () => {
  const check = { type: "http", port: 8080, path: "/health", interval: "1s", timeout: "1s" };
  const late =
    "setTimeout(() => require('http').createServer((q, a) => a.end('well')).listen(process.env.PORT, '127.0.0.1'), 2500)";
  const { id } = await launch({
    init: { exec: ["node", "-e", late] },
    env: { PORT: "8080" },
    checks: { health: { ...check, grace_period: "1500ms" } },
  });
  await wait(id, "state=started");
  const status = async (): Promise<string | undefined> => (await get(id)).checks[0]?.status;
  expect(await status()).toBe("warning");
  const seen = new Set<string | undefined>();
  await until("it passes", async () => seen.add(await status()).has("passing"));
  expect([...seen]).toEqual(["warning", "critical", "passing"]);
  expect((await get(id)).checks[0]?.output).toBe("well");
  await app.call("POST", `${at}/${id}/stop`, { signal: "SIGTERM", timeout: "2s" });
  await wait(id, "state=stopped&timeout=10");
  expect(await status()).toBe("critical");
  await app.call("DELETE", `${at}/${id}`);
});

it("refuses a secrets version that is not there yet, and never counts one back", async () => {
  const set = async (name: string): Promise<number> =>
    (await app.call<{ version: number }>("POST", `/v1/apps/${name}/secrets`, { values: { A: "1" } })).body
      .version;
  const version = await set("worker");
  const early = await app.call("POST", at, { config: { image }, min_secrets_version: version + 1 });
  expect(early.status).toBe(412);
  const { id } = await launch({}, { min_secrets_version: version, skip_launch: true });
  expect((await get(id)).state).toBe("stopped");
  await app.call("DELETE", `${at}/${id}`);
  await app.call("POST", "/v1/apps", { name: "again", org_slug: "personal" });
  const before = await set("again");
  await app.call("DELETE", "/v1/apps/again");
  await app.call("POST", "/v1/apps", { name: "again", org_slug: "personal" });
  expect(await set("again")).toBeGreaterThan(before);
  await app.call("DELETE", "/v1/apps/again");
});

it("refuses what it does not have, in the vendor's form, and reports it", async () => {
  const { id } = await launch({}, { skip_launch: true });
  const status = async (method: string, path: string, body?: unknown): Promise<number> =>
    (await app.call(method, path, body)).status;
  expect(await status("POST", at, { config: { image }, colour: "red" })).toBe(400);
  expect(await status("POST", at, { config: { image, mounts: [{ path: "/data" }] } })).toBe(501);
  expect(await status("POST", `${at}/${id}/suspend`)).toBe(501);
  expect(await status("POST", `${at}/${id}/exec`, { cmd: "ls" })).toBe(501);
  expect(await status("POST", "/v1/apps/worker/volumes", { name: "data" })).toBe(501);
  expect(await status("POST", "/v1/apps/worker/ip_assignments", { type: "v6" })).toBe(501);
  expect((await app.call("GET", "/v1/apps/worker/volumes")).body).toEqual([]);
  expect(await status("PUT", `${at}/${id}`)).toBe(404);
  const query = "query ($name: String!) { app(name: $name) { name moonPhase } }";
  expect((await app.call("POST", "/graphql", { query, variables: { name: "worker" } })).body).toMatchObject({
    data: null,
    errors: [
      {
        message: "Field 'app.moonPhase' is not in this sandbox",
        locations: [{ line: 1, column: 50 }],
        path: ["query", "app", "moonPhase"],
        extensions: { code: "undefinedField", typeName: "App", fieldName: "moonPhase" },
      },
    ],
  });
  const told = app.cloud.wire.refusedCalls().map(({ method, what }) => `${method} ${what}`);
  expect(told).toEqual([
    "POST colour",
    "POST config.mounts",
    "POST suspending a machine",
    "POST running a command inside a machine",
    "POST an app's volumes",
    "POST an app's ip assignments",
    "POST Field 'app.moonPhase' is not in this sandbox",
  ]);
  expect(app.cloud.wire.unknownCalls()).toMatchObject([{ method: "PUT", path: `${at}/${id}` }]);
});

it("ends flyctl with 1 where its polling is rate-limited, though the machine becomes healthy", async () => {
  const rule = {
    cloud: "fly",
    method: "GET",
    path: `${at}/*`,
    kind: "status",
    status: 429,
    times: 1,
  } as const;
  await app.cloud.faults.add(rule);
  const deployed = await app.flyctl(
    ...["deploy", "--config", "fly.toml", "--image", image, "--strategy", "rolling", "--ha=false", "--yes"],
  );
  expect(deployed.code).toBe(1);
  await until("it is healthy", async () =>
    (await app.machines()).some(({ checks }) => checks.some(({ status }) => status === "passing")),
  );
});
