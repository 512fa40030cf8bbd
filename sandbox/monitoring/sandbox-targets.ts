import type { ServerStatus } from "../cloud/server/control.ts";
import type { Target } from "./start.ts";

/** The machines that run workers now. Each answers with its metrics where Fly's private network would lead to it. */
export function workerTargets(
  clouds: Pick<ServerStatus, "clouds">["clouds"],
  environments: readonly string[],
): readonly Target[] {
  const machines = clouds.find(({ name }) => name === "fly")?.running ?? [];
  return machines.flatMap(({ what, state, address }) => {
    if (state !== "started" || address === undefined) return [];
    // `atlaris-worker-staging (machine 63ce69c8)`
    const [, app = what, machine = ""] = /^(\S+) \(machine (\w+)\)/.exec(what) ?? [];
    const environment = environments.find((name) => app.split("-").includes(name));
    return [
      {
        address: new URL(address).host,
        labels: { app, machine, ...(environment === undefined ? {} : { environment }) },
      },
    ];
  });
}
