import { type Context, Hono } from "hono";
import { z } from "zod";
import { lagLeft, type Lag } from "../lag.ts";
import { record } from "../machine/events.ts";
import type { StopOrder } from "../machine/runner.ts";
import type { Machine } from "../state.ts";
import { inBackground } from "./background.ts";
import { FlyError, readBody } from "./errors.ts";
import { checkLease, nonceHeader } from "./leases.ts";
import { type Duration, duration, milliseconds } from "./machine-config.ts";
import { findAnyMachine, findMachine, type Services } from "./services.ts";
import { stopSignal } from "./signals.ts";

const stopInput = z.strictObject({
  id: z.string().optional(),
  signal: z.string().optional(),
  timeout: duration.optional(),
});
const noBody = z.strictObject({});

const settledStates: readonly string[] = ["started", "stopped", "suspended", "failed"];
const waitStates: readonly string[] = [...settledStates, "created", "destroyed", "settled"];

/** Starting, stopping, restarting and waiting, below `/v1/apps/{app}/machines`. */
export function machineLifecycleRoutes(services: Services): Hono {
  const { store, runner, lag } = services;
  const routes = new Hono();
  const nonceOf = (c: Context): string | undefined => c.req.header(nonceHeader);

  routes.post("/:id/start", async (c) => {
    const machine = findMachine(services, c);
    checkLease(machine, nonceOf(c));
    await readBody(c, noBody);
    const previous = machine.state;
    requireStartable(machine, lag);
    if (previous !== "started") {
      Object.assign(machine, { desired: "started", restartCount: 0 } satisfies Partial<Machine>);
      record(machine, "start", "starting", "user");
      await store.commit();
      inBackground(services, machine, runner.launch(machine));
    }
    return c.json({ previous_state: previous, migrated: false, new_host: "" });
  });

  routes.post("/:id/stop", async (c) => {
    const machine = findMachine(services, c);
    checkLease(machine, nonceOf(c));
    const input = await readBody(c, stopInput);
    if (machine.desired === "started" || machine.state !== "stopped") {
      machine.desired = "stopped";
      record(machine, "stop", "stopping", "user");
      await store.commit();
      inBackground(services, machine, runner.stop(machine, stopOrder(input.signal, input.timeout)));
    }
    return c.json({ ok: true });
  });

  routes.post("/:id/restart", async (c) => {
    const machine = findMachine(services, c);
    checkLease(machine, nonceOf(c));
    const order = stopOrder(c.req.query("signal"), c.req.query("timeout"));
    Object.assign(machine, { desired: "started", restartCount: 0 } satisfies Partial<Machine>);
    record(machine, "restart", "stopping", "user");
    await store.commit();
    inBackground(
      services,
      machine,
      runner.stop(machine, order).then(() => runner.launch(machine)),
    );
    return c.json({ ok: true });
  });

  routes.get("/:id/events", (c) => {
    const limit = Math.min(Number(c.req.query("limit") ?? 20), 50);
    return c.json(findAnyMachine(services, c).events.slice(0, limit));
  });

  routes.get("/:id/wait", async (c) => {
    const machine = findAnyMachine(services, c);
    const states = (c.req.queries("state") ?? ["started"]).flatMap((each) => each.split(","));
    const unknown = states.filter((state) => !waitStates.includes(state));
    if (unknown.length > 0)
      throw new FlyError(400, `invalid state: ${unknown.join(", ")}; one of ${waitStates.join(", ")}`);
    const seconds = Math.min(Math.max(Number(c.req.query("timeout") ?? 60), 1), 60);
    const version = c.req.query("version") ?? c.req.query("instance_id");
    const after = c.req.query("from_event_id");
    const until = Date.now() + seconds * 1000;
    const isGone = (): boolean => store.state.machines[machine.id] !== machine;
    const hasPassed = (): boolean =>
      after !== undefined && machine.events.some(({ id, status }) => id > after && states.includes(status));
    const isReached = (): boolean => {
      if (isGone()) return states.includes("destroyed");
      if (version !== undefined && version !== "" && version !== machine.instanceId) return false;
      const isSettled = settledStates.includes(machine.state);
      return states.includes(machine.state) || (states.includes("settled") && isSettled) || hasPassed();
    };
    while (!isReached()) {
      if (isGone()) throw new FlyError(404, `machine not found: machine ID ${machine.id} not found`);
      if (Date.now() >= until || c.req.raw.signal.aborted)
        throw new FlyError(
          408,
          `deadline_exceeded: machine failed to reach desired state, ${states.join(", ")}, currently ${machine.state}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return c.json({ ok: true, state: machine.state });
  });

  return routes;
}

/**
 * Refuses as Fly was seen to (hexclave/hexclave#2060 and others): for seconds after a create, during an update, and just
 * after the program has exited.
 */
function requireStartable({ state, events }: Machine, lag: Lag): void {
  const refuse = (reason: string): never => {
    throw new FlyError(412, `failed_precondition: ${reason}`);
  };
  if (state === "created") refuse("unable to start machine from current state: 'created'");
  if (state === "replacing") refuse("machine getting replaced, refusing to start");
  const [last] = events;
  if (state === "stopped" && last?.type === "exit" && lagLeft(lag, "machineState", last.timestamp) > 0)
    refuse("machine still active, refusing to start");
}

/** flyctl sends a timeout of nothing when it wants the machine's own. */
function stopOrder(signal: string | undefined, timeout: Duration | undefined): StopOrder {
  const limit = timeout === undefined ? 0 : milliseconds(timeout);
  return {
    ...(signal === undefined || signal === "" ? {} : { signal: stopSignal(signal) }),
    ...(limit === 0 ? {} : { timeoutMilliseconds: limit }),
  };
}
