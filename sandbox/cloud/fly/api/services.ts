import type { Context } from "hono";
import type { EmulatorContext } from "../../emulator.ts";
import type { Store } from "../../store.ts";
import type { Builder } from "../builder/builder.ts";
import { lagLeft, type Lag } from "../lag.ts";
import type { MachineRunner } from "../machine/runner.ts";
import type { App, FlyState, Machine } from "../state.ts";
import { FlyError } from "./errors.ts";
import { checkToken, isTakenElsewhere } from "./token.ts";

/** What the routes work with. */
export interface Services {
  readonly context: EmulatorContext;
  readonly store: Store<FlyState>;
  readonly builder: Builder;
  readonly runner: MachineRunner;
  readonly lag: Lag;
  /** When a tag was first pushed, in milliseconds since 1970; since the last start of the clouds. */
  readonly pushedAt: Map<string, number>;
  /** When an app's secrets were last set; since the last start of the clouds. */
  readonly secretsSetAt: Map<string, number>;
}

/** A new app is not shown for a while, as fly-go expects (flaps_apps.go, WaitForApp; superfly/flyctl#3105). */
export function findApp(services: Services, name: string | undefined): App {
  const { store, lag } = services;
  checkToken(services, name);
  if (isTakenElsewhere(services, name ?? "")) throw new FlyError(403, "forbidden: the app is not yours");
  const app = store.state.apps[name ?? ""];
  const hidden = app ? lagLeft(lag, "app", Date.parse(app.createdAt)) : 0;
  if (!app || hidden > lag.app / 2)
    throw new FlyError(404, `app not found: could not find app "${name ?? ""}"`);
  if (hidden > 0) throw new FlyError(401, "unauthorized: the token does not know the app");
  return app;
}

export function findMachine(services: Services, c: Context): Machine {
  const app = findApp(services, c.req.param("app"));
  const id = c.req.param("id") ?? "";
  const machine = services.store.state.machines[id];
  if (machine?.app !== app.name) throw machineNotFound(id);
  return machine;
}

/** Also a machine that is destroyed, for the calls that only read. */
export function findAnyMachine(services: Services, c: Context): Machine {
  const buried = services.store.state.destroyed?.[c.req.param("id") ?? ""];
  return buried && buried.app === c.req.param("app") ? buried : findMachine(services, c);
}

export function machineNotFound(id: string): FlyError {
  return new FlyError(404, `machine not found: machine ID ${id} not found`);
}
