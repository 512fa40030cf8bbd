import { afterAll, beforeAll, expect, it } from "vitest";
import { type MachineAnswer, openTestApp, type TestApp } from "./test-app.ts";
import { at, configOf, flyctlCalls, worker } from "./test-flyctl-calls.ts";
import { asked } from "./test-flyctl-queries.ts";

/**
 * The requests of the real flyctl 0.4.80, in its order, as they were seen when each command was run against this
 * emulator: what is asked, with which fields, and the answers without which flyctl ends in an error. With them a change
 * of the emulator that would break the real program is noticed where the program is not at hand.
 */
let app: TestApp;
beforeAll(async () => (app = await openTestApp()));
afterAll(() => app.close());

const { send, ask, beginDeploy, endDeploy, waitHealthy, lease } = flyctlCalls(() => app);

it("deploy, the first: a machine is made with a lease, waited for and released", async () => {
  await send(`GET ${at}`);
  const release = await beginDeploy("one", "ROLLING");
  const made = await send<MachineAnswer>(`POST ${at}`, {
    config: configOf("one", release),
    region: "fra",
    skip_secrets: false,
    lease_ttl: 30,
  });
  expect(made.nonce).toMatch(/^[0-9a-f]+$/);
  await send(`GET ${at}/${made.id}/wait?state=started&timeout=30`);
  await waitHealthy(made.id);
  await send(`GET ${at}/${made.id}/ps`);
  await send(`DELETE ${at}/${made.id}/lease`, undefined, made.nonce);
  await endDeploy(release);
});

it("deploy, rolling: leases on all, refreshed until the end, an update with the nonce, and the releases of leases", async () => {
  const release = await beginDeploy("two", "ROLLING");
  const [machine] = await app.machines();
  const id = machine?.id ?? "";
  const nonce = await lease(id, 13);
  await send(
    `POST ${at}/${id}`,
    { config: configOf("two", release), region: "fra", skip_secrets: false },
    nonce,
  );
  await send(`POST ${at}/${id}/lease?ttl=13`, undefined, nonce, 201);
  await send(`GET ${at}/${id}/wait?state=started&timeout=60`);
  await waitHealthy(id);
  await send(`GET ${at}/${id}/ps`);
  await send(`DELETE ${at}/${id}/lease`, undefined, nonce);
  await endDeploy(release);
});

it("deploy, canary: a machine that is not registered, destroyed with a lease once it is healthy", async () => {
  const release = await beginDeploy("one", "CANARY");
  const canary = await send<MachineAnswer>(`POST ${at}`, {
    config: { ...configOf("one", release, { fly_canary: "true" }), dns: { skip_registration: true } },
    region: "fra",
    skip_secrets: false,
    lease_ttl: 300,
  });
  await waitHealthy(canary.id);
  await send(`DELETE ${at}/${canary.id}/lease`, undefined, canary.nonce);
  const nonce = await lease(canary.id, 120);
  await send(`DELETE ${at}/${canary.id}?kill=true`, undefined, nonce);
  await endDeploy(release);
});

it("deploy, bluegreen: unregistered machines, uncordoned; the old tagged, cordoned, stopped, destroyed", async () => {
  const release = await beginDeploy("one", "BLUEGREEN");
  const [blue] = await app.machines();
  const id = blue?.id ?? "";
  const nonce = await lease(id, 13);
  expect(await ask(asked.bluegreen, worker)).toEqual({ canPerformBluegreenDeployment: true });
  const green = await send<MachineAnswer>(`POST ${at}`, {
    config: configOf("one", release, { fly_bluegreen_deployment_tag: "1795272324" }),
    region: "fra",
    skip_service_registration: true,
    skip_secrets: false,
  });
  await send(`GET ${at}/${green.id}/wait?state=started&timeout=60`);
  await waitHealthy(green.id);
  await send(`POST ${at}/${green.id}/uncordon`);
  // Without the nonce, though the machine is leased.
  const tag = { value: "safe_to_destroy" };
  await send(`POST ${at}/${id}/metadata/fly_bluegreen_deployment_tag`, tag, undefined, 204);
  await send(`POST ${at}/${id}/cordon`, undefined, nonce);
  await send(`POST ${at}/${id}/stop`, { id, timeout: "0s" }, nonce);
  await send(`GET ${at}/${id}/wait?state=stopped&timeout=60`);
  await send(`DELETE ${at}/${id}?kill=true`, undefined, nonce);
  await endDeploy(release);
});

it("deploy, release command: a machine that does not start, started, gone automatically, read for its exit code", async () => {
  const release = await beginDeploy("one", "ROLLING");
  await send("GET /v1/apps/worker");
  const { id } = await send<MachineAnswer>(`POST ${at}`, {
    config: {
      env: { FLY_PROCESS_GROUP: "fly_app_release_command", RELEASE_COMMAND: "1" },
      init: { cmd: ["node", "-e", "process.exit(3)"] },
      guest: { cpu_kind: "shared", cpus: 2, memory_mb: 512 },
      metadata: { fly_platform_version: "v2", fly_process_group: "fly_app_release_command" },
      image: "registry.fly.io/worker:one",
      restart: { policy: "no" },
      auto_destroy: true,
      dns: { skip_registration: true },
    },
    region: "fra",
    skip_launch: true,
    skip_secrets: false,
  });
  await send(`GET ${at}/${id}/wait?state=stopped&timeout=60`);
  await send(`POST ${at}/${id}/start`);
  await send(`GET ${at}/${id}/wait?state=destroyed&timeout=60`);
  const { events } = await send<MachineAnswer>(`GET ${at}/${id}`);
  const exit = events.findIndex(({ type }) => type === "exit");
  expect(events[exit]?.request?.exit_event.exit_code).toBe(3);
  expect(exit).toBeLessThan(events.findIndex(({ type }) => type === "start"));
  // flyctl waits for this line for twenty seconds.
  const said = await send(`GET /api/v1/apps/worker/logs?instance=${id}&next_token=`);
  expect(JSON.stringify(said)).toContain("Main child exited normally");
  await endDeploy(release);
});

it("secrets: set, import and unset, sync by unsetting one that there is not, deploy by what was released", async () => {
  await ask(asked.compact, worker);
  const path = "/v1/apps/worker/secrets";
  const { version } = await send<{ version: number }>(`POST ${path}`, { values: { A: "1", B: "two" } });
  await send(`POST ${path}`, { values: { B: null } });
  const synced = await send<{ version: number }>(`POST ${path}`, {
    values: { BogusDummySecret_8a5837d777ce496f: null },
  });
  expect(synced.version).toBeGreaterThan(version);
  const { secrets } = await send<{ secrets: object[] }>(`GET ${path}?version=${synced.version}`);
  expect(secrets).toMatchObject([{ name: "A" }]);
  await send("GET /api/v1/apps/worker/releases?limit=20");
  const { app: released } = await ask<{ app: { currentReleaseUnprocessed: object } }>(asked.config, worker);
  expect(released.currentReleaseUnprocessed).toMatchObject({ configDefinition: { app: "worker" } });
  expect(await ask(asked.latestImage, worker)).toMatchObject({
    app: { currentReleaseUnprocessed: { imageRef: "registry.fly.io/worker:one" } },
  });
});

it("scale count, machine stop, start, restart, update, kill and destroy", async () => {
  await ask(asked.releases, { ...worker, limit: 1, status: "complete" });
  expect(await send("GET /v1/apps/worker/volumes")).toEqual([]);
  const [machine] = await app.machines();
  if (!machine) throw new Error("there is no machine");
  const copy = await send<MachineAnswer>(`POST ${at}`, {
    config: machine.config,
    region: "fra",
    skip_secrets: false,
  });
  await ask(asked.egress, worker);
  const { id } = copy;
  const nonce = await lease(id, 120);
  await send(`POST ${at}/${id}/stop`, { id, timeout: "0s" }, nonce);
  await send(`GET ${at}/${id}/wait?state=stopped&timeout=60`);
  await send(`POST ${at}/${id}/start`, undefined, nonce);
  await send(`POST ${at}/${id}/restart?force_stop=false`, undefined, nonce);
  await send(`GET ${at}/${id}/wait?state=started&timeout=60`);
  await send(`POST ${at}/${id}`, { config: { ...copy.config, env: { X: "1" } }, region: "fra" }, nonce);
  await send(`GET ${at}/${id}/wait?state=settled&timeout=60`);
  await waitHealthy(id);
  await send(`POST ${at}/${id}/signal`, { signal: 9 });
  await send(`DELETE ${at}/${id}?kill=true`, undefined, nonce);
  // The lease is released after its machine is gone.
  await send(`DELETE ${at}/${id}/lease`, undefined, nonce);
});

it("status, releases, logs, apps list, create and destroy", async () => {
  const { appcompact } = await ask<{ appcompact: { organization: object } }>(asked.compact, worker);
  // flyctl reads the organization's number as text and fails on a number.
  expect(appcompact.organization).toMatchObject({ slug: "personal", internalNumericId: "1" });
  await ask(asked.latestDetails, { image: "worker:one", flyVersion: "" });
  await ask(asked.releases, { ...worker, limit: 25 });
  const said = await send<{ data: unknown[]; meta: { next_token: string } }>(
    "GET /api/v1/apps/worker/logs?next_token=&region=fra",
  );
  expect(said.data.length).toBeGreaterThan(0);
  const later = await send<{ data: unknown[] }>(
    `GET /api/v1/apps/worker/logs?next_token=${said.meta.next_token}`,
  );
  expect(later.data).toEqual([]);
  expect(await ask(asked.apps, { after: "" })).toMatchObject({
    apps: { pageInfo: { hasNextPage: false }, nodes: [{ name: "worker", deployed: true }] },
  });
  await ask(asked.organizations, { admin: false });
  const wanted = { name: "other", org_slug: "personal", network: "", app_role_id: "" };
  await send("POST /v1/apps?wait=true", wanted, undefined, 201);
  await send("GET /v1/apps/other");
  await ask(asked.full, { appName: "worker" });
  await ask(asked.organization, { slug: "personal" });
  await ask(asked.addOns, { orgSlug: "personal", addOnType: "tigris" });
  await send("DELETE /v1/apps/other", undefined, undefined, 202);
});
