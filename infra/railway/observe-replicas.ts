import type { Clock } from "../fly/observe-machines.ts";
import { observePause, realClock } from "../fly/observe-machines.ts";
import type { RailwayAccess } from "../shared/cloud-access.ts";
import { say } from "../shared/say.ts";
import type { NamedService } from "./find-service.ts";
import type { ServiceHealth } from "./health.ts";
import { healthOfService } from "./health.ts";

/** Services whose replicas are observed, and for how long, in seconds. */
export interface ReplicaObservation {
  readonly services: readonly NamedService[];
  readonly seconds: number;
}

/**
 * Observes replicas that run now, and finds one that crashes, restarts, ends or is replaced. Railway notes no restarts: one between two
 * looks is seen where the replica is another one afterwards.
 *
 * @returns How many replicas were observed.
 * @throws Error that names the service, what happened and when.
 */
export async function observeReplicas(
  { services, seconds }: ReplicaObservation,
  access: RailwayAccess | undefined,
  clock: Clock = realClock,
): Promise<number> {
  const look = (): Promise<readonly ServiceHealth[]> =>
    Promise.all(services.map((service) => healthOfService(service, access)));
  const begun = clock.now();
  const observed = (await look()).map(replicasOf);
  for (;;) {
    const seen = await look();
    const passed = Math.round((clock.now() - begun) / 1000);
    for (const [at, service] of services.entries()) {
      const fault = faultOf(observed[at] ?? [], seen[at]);
      if (fault !== undefined)
        throw new Error(
          `${service.name} on Railway, observed for ${String(passed)} of ${String(seconds)} s after the smoke test: ${fault}. ` +
            "Its log is in the incident",
        );
    }
    const left = begun + seconds * 1000 - clock.now();
    if (left <= 0) return observed.flat().length;
    const count = observed.flat().length;
    say(`observing ${String(count)} replicas: ${String(passed)} of ${String(seconds)} s without a crash`);
    await clock.sleep(Math.min(observePause, left));
  }
}

const replicasOf = ({ deployments }: ServiceHealth): readonly string[] =>
  deployments.flatMap(({ id, instances }) => instances.map((each) => `${id}/${each.id}`));

function faultOf(before: readonly string[], now: ServiceHealth | undefined): string | undefined {
  if (now === undefined || now.faults.length > 0) return now?.faults.join("; ") ?? "it was not read";
  const gone = before.find((replica) => !replicasOf(now).includes(replica));
  return gone === undefined ? undefined : `replica ${gone.split("/")[1] ?? ""} is gone`;
}
