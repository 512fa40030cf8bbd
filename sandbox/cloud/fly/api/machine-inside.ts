import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Program } from "../machine/runner.ts";
import type { Machine } from "../state.ts";
import { FlyError, readBody } from "./errors.ts";
import { checkLease, nonceHeader } from "./leases.ts";
import { leaveOut } from "./left-out.ts";
import { findAnyMachine, findMachine, type Services } from "./services.ts";
import { anySignal } from "./signals.ts";

const signalInput = z.strictObject({ signal: z.union([z.string(), z.number().int()]) });

/** A machine's program, its services and its history, below `/v1/apps/{app}/machines`. */
export function machineInsideRoutes(services: Services): Hono {
  const { store, runner } = services;
  const routes = new Hono();

  const cordon = (isCordoned: boolean) => async (c: Context) => {
    const machine = findMachine(services, c);
    checkLease(machine, c.req.header(nonceHeader));
    machine.cordoned = isCordoned;
    await store.commit();
    return c.json({ ok: true });
  };
  routes.post("/:id/cordon", cordon(true));
  routes.post("/:id/uncordon", cordon(false));

  const programOf = (machine: Machine): Program => {
    const program = runner.program(machine);
    if (program) return program;
    throw new FlyError(
      412,
      `failed_precondition: machine ${machine.id} is not running, current state: ${machine.state}`,
    );
  };

  routes.post("/:id/signal", async (c) => {
    const machine = findMachine(services, c);
    const signal = anySignal((await readBody(c, signalInput)).signal);
    process.kill(programOf(machine).pid, signal);
    return c.json({ ok: true });
  });

  routes.get("/:id/ps", (c) => {
    const { pid, command, directory } = programOf(findMachine(services, c));
    // Without listen sockets, which flyctl takes for an old init and does not complain about.
    const unmeasured = { stime: 0, rtime: 0, cpu: 0, rss: 0, listen_sockets: [] };
    return c.json([{ pid, command, directory, ...unmeasured }]);
  });

  routes.get("/:id/versions", (c) =>
    c.json(
      (findAnyMachine(services, c).versions ?? []).map(({ version, config }) => ({
        version,
        user_config: config,
      })),
    ),
  );

  for (const [path, what] of [
    ["/:id/exec", "running a command inside a machine"],
    ["/:id/suspend", "suspending a machine"],
    ["/:id/memory", "changing a machine's memory while it runs"],
    ["/:id/memory/reclaim", "changing a machine's memory while it runs"],
  ] as const)
    routes.all(path, (c) => leaveOut(c, what));

  return routes;
}
