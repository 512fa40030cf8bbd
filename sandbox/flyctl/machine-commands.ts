import type { Given } from "./arguments.ts";
import type { Cloud } from "./cloud.ts";
import { CommandError } from "./command-error.ts";
import { appOf } from "./listings.ts";

/** `machine start|stop|restart ID…`. */
export function machineCommand(action: "start" | "stop" | "restart") {
  return async (given: Given, cloud: Cloud): Promise<void> => {
    if (given.words.length === 0)
      throw new CommandError("a machine ID must be provided; list them with: flyctl machine list");
    const app = encodeURIComponent(appOf(given));
    for (const id of given.words) {
      await cloud.flaps(`/apps/${app}/machines/${encodeURIComponent(id)}/${action}`, {
        method: "POST",
        body: {},
      });
      console.log(`${id} has been ${action === "stop" ? "stopped" : `${action}ed`}`);
    }
  };
}
