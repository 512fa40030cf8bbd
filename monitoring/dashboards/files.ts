import { application } from "./application.ts";
import { database } from "./database.ts";
import { rollouts } from "./rollouts.ts";

/** Every dashboard, as Grafana imports it, by the name of its file in this folder. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries({ rollouts, application, database }).map(([name, builder]) => [
      `${name}.json`,
      `${JSON.stringify(builder.build(), undefined, 2)}\n`,
    ]),
  );
}
