import { type Context, Hono } from "hono";
import { machineId, ulid } from "../identifiers.ts";
import { lagLeft, waitLag } from "../lag.ts";
import { bury } from "../machine/burial.ts";
import { record } from "../machine/events.ts";
import type { Machine } from "../state.ts";
import { inBackground } from "./background.ts";
import { FlyError, readBody } from "./errors.ts";
import { checkLease, nonceHeader, takeLease } from "./leases.ts";
import { refuseLeftOut } from "./left-out.ts";
import { type LaunchMachineInput, launchMachineInput } from "./machine-config.ts";
import { refuseRegion } from "./platform.ts";
import { findAnyMachine, findApp, findMachine, machineNotFound, type Services } from "./services.ts";
import { machinesOf, machineView } from "./views.ts";

const keptVersions = 20;

/** `/v1/apps/{app}/machines`. Changes are answered when they are accepted; `wait` returns when they are done. */
export function machineRoutes(services: Services): Hono {
  const { store, runner, builder, lag } = services;
  const routes = new Hono();
  const nonceOf = (c: Context): string | undefined => c.req.header(nonceHeader);
  const view = (machine: Machine): Record<string, unknown> => machineView(machine, runner);

  const digestOf = (input: LaunchMachineInput): string => {
    const reference = input.config.image;
    if (reference === undefined) throw new FlyError(400, "invalid config: image is required");
    const digest = builder.resolve(reference);
    if (digest === undefined) throw new FlyError(400, `failed to get manifest ${reference}: not found`);
    return digest;
  };

  const secretsFor = (appName: string, input: LaunchMachineInput): Record<string, string> => {
    const app = findApp(services, appName);
    const least = input.min_secrets_version ?? 0;
    const isNew = lagLeft(lag, "secrets", services.secretsSetAt.get(app.name) ?? 0) > 0;
    if (least > app.secretsVersion - (isNew ? 1 : 0))
      throw new FlyError(
        412,
        `failed_precondition: min_secrets_version ${least} is not yet available on this app`,
      );
    if (input.skip_secrets === true) return {};
    return Object.fromEntries(Object.entries(app.secrets).map(([name, { value }]) => [name, value]));
  };

  const noteVersion = (machine: Machine): void => {
    const version = {
      version: machine.instanceId,
      createdAt: new Date().toISOString(),
      config: machine.config,
    };
    machine.versions = [version, ...(machine.versions ?? [])].slice(0, keptVersions);
  };

  /** As at Fly, a machine is `created` for a while before its program runs. */
  const launch = async (machine: Machine): Promise<void> => {
    await waitLag(lag, "machineState");
    await runner.launch(machine);
  };

  routes.get("/", (c) => {
    const app = findApp(services, c.req.param("app"));
    const states = c.req.query("state")?.split(",");
    const region = c.req.query("region");
    const gone = Object.values(store.state.destroyed ?? {}).filter((machine) => machine.app === app.name);
    const all = [
      ...machinesOf(store.state, app.name),
      ...(c.req.query("include_deleted") === "true" ? gone : []),
    ];
    const machines = all.filter(
      (machine) =>
        (states === undefined || states.includes(machine.state)) &&
        (region === undefined || region === machine.region),
    );
    return c.json(machines.map(view));
  });

  routes.post("/", async (c) => {
    const app = findApp(services, c.req.param("app"));
    const input = await readBody(c, launchMachineInput);
    refuseLeftOut(c, input.config);
    refuseRegion(input.region ?? "", services.context.account.get("fly.full").split(","));
    const name = input.name ?? `sandbox-${machineId().slice(0, 6)}`;
    if (machinesOf(store.state, app.name).some((machine) => machine.name === name))
      throw new FlyError(409, `already_exists: unique machine name violation, machine name ${name} is taken`);
    const now = new Date().toISOString();
    const machine: Machine = {
      id: machineId(),
      name,
      app: app.name,
      region: input.region === undefined || input.region === "" ? "fra" : input.region,
      createdAt: now,
      updatedAt: now,
      state: "created",
      desired: input.skip_launch === true ? "stopped" : "started",
      instanceId: ulid(),
      config: input.config,
      imageDigest: digestOf(input),
      secrets: secretsFor(app.name, input),
      events: [],
      restartCount: 0,
      cordoned: input.skip_service_registration === true,
    };
    noteVersion(machine);
    const lease =
      input.lease_ttl === undefined || input.lease_ttl === 0
        ? undefined
        : takeLease(machine, undefined, input.lease_ttl, "");
    record(machine, "launch", machine.desired === "started" ? "created" : "stopped", "user");
    store.state.machines[machine.id] = machine;
    app.status = "deployed";
    await store.commit();
    if (machine.desired === "started") inBackground(services, machine, launch(machine));
    return c.json({ ...view(machine), ...(lease ? { nonce: lease.nonce } : {}) });
  });

  // A new one is not shown for a while (superfly/flyctl#4618).
  routes.get("/:id", (c) => {
    const machine = findAnyMachine(services, c);
    if (lagLeft(lag, "machine", Date.parse(machine.createdAt)) > 0) throw machineNotFound(machine.id);
    return c.json(view(machine));
  });

  routes.post("/:id", async (c) => {
    const machine = findMachine(services, c);
    checkLease(machine, nonceOf(c));
    const input = await readBody(c, launchMachineInput);
    refuseLeftOut(c, input.config);
    if (input.current_version !== undefined && input.current_version !== machine.instanceId)
      throw new FlyError(
        412,
        `failed_precondition: machine ${machine.id} is at version ${machine.instanceId}, not ${input.current_version}`,
      );
    const imageDigest = digestOf(input);
    const secrets = secretsFor(machine.app, input);
    const before = machine.config;
    const wasRunning = machine.desired === "started";
    record(machine, "update", "replacing", "user");
    Object.assign(machine, {
      config: input.config,
      imageDigest,
      secrets,
      instanceId: ulid(),
      desired: input.skip_launch === true ? "stopped" : "started",
      restartCount: 0,
    } satisfies Partial<Machine>);
    noteVersion(machine);
    await store.commit();
    const replace = async (): Promise<void> => {
      // The old program is stopped by its own config.
      if (wasRunning) await runner.stop({ ...machine, config: before });
      await waitLag(lag, "machineState");
      if (store.state.machines[machine.id] !== machine) return;
      record(machine, "launch", "created", "flyd");
      if (machine.desired === "started") await runner.launch(machine);
      else record(machine, "stop", "stopped", "flyd");
      await store.commit();
    };
    inBackground(services, machine, replace());
    return c.json(view(machine));
  });

  routes.delete("/:id", async (c) => {
    const machine = findMachine(services, c);
    checkLease(machine, nonceOf(c));
    const isForced = c.req.query("force") === "true" || c.req.query("kill") === "true";
    if (!isForced && machine.state !== "stopped" && machine.state !== "failed")
      throw new FlyError(
        412,
        `failed_precondition: unable to destroy machine, not currently stopped, current state: ${machine.state}`,
      );
    bury(store.state, machine, "user");
    await store.commit();
    await runner.stop(machine, { signal: "SIGKILL" });
    return c.json({ ok: true });
  });

  return routes;
}
