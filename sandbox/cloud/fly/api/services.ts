import type { Context } from "hono";
import type { StandInContext } from "../../stand-in.ts";
import type { Store } from "../../store.ts";
import type { Builder } from "../builder/builder.ts";
import type { Lag } from "../lag.ts";
import type { MachineRunner } from "../machine/runner.ts";
import type { App, FlyState, Machine } from "../state.ts";
import { FlyError } from "./errors.ts";

/** What the routes work with. */
export interface Services {
  readonly context: StandInContext;
  readonly store: Store<FlyState>;
  readonly builder: Builder;
  readonly runner: MachineRunner;
  readonly lag: Lag;
  /** When a tag was first pushed, in milliseconds since 1970; since the last start of the clouds. */
  readonly pushedAt: Map<string, number>;
}

export function findApp({ store }: Services, name: string | undefined): App {
  const app = store.state.apps[name ?? ""];
  if (!app) throw new FlyError(404, `app not found: could not find app "${name ?? ""}"`);
  return app;
}

export function findMachine(services: Services, c: Context): Machine {
  const app = findApp(services, c.req.param("app"));
  const id = c.req.param("id") ?? "";
  const machine = services.store.state.machines[id];
  if (machine?.app !== app.name) throw new FlyError(404, `machine not found: machine ID ${id} not found`);
  return machine;
}

/** Also a machine that is destroyed, for the calls that only read. */
export function findAnyMachine(services: Services, c: Context): Machine {
  const buried = services.store.state.destroyed?.[c.req.param("id") ?? ""];
  return buried && buried.app === c.req.param("app") ? buried : findMachine(services, c);
}
