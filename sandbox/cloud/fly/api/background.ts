import { record } from "../machine/events.ts";
import type { Machine } from "../state.ts";
import type { Services } from "./services.ts";

/** Carries on with what an answer promised; a failure is the machine's business from then on, not the caller's. */
export function inBackground(services: Services, machine: Machine, work: Promise<void>): void {
  work.catch(async (error: unknown) => {
    record(machine, "launch", "failed", "flyd");
    services.context.log(`machine ${machine.id}: ${error instanceof Error ? error.message : String(error)}`);
    await services.store.commit();
  });
}
