import type { Cloud } from "./cloud.ts";
import { CommandError } from "./command-error.ts";
import { type Machine, pathOf } from "./machine.ts";

interface LeaseAnswer {
  readonly data: { readonly nonce: string };
}

/** The leases that this deploy holds; no other client can change these machines until then. */
export interface Leases {
  acquire(machines: readonly Machine[]): Promise<void>;
  /** The lease that came with a new machine. */
  adopt(machine: Machine): void;
  /** The machine is gone, and its lease with it. */
  forget(machine: Machine): void;
  headers(machine: Machine): Record<string, string>;
  release(machine: Machine): Promise<void>;
  releaseAll(): Promise<void>;
}

/** As the real flyctl: 13 s unless `--lease-timeout` sets another time, refreshed three times before they run out. */
export const defaultLeaseSeconds = 13;

export function openLeases(cloud: Cloud, app: string, ttlSeconds = defaultLeaseSeconds): Leases {
  const held = new Map<string, { machine: Machine; nonce: string }>();
  const headersFor = (nonce: string): Record<string, string> => ({ "fly-machine-lease-nonce": nonce });

  const refresh = setInterval(
    () => {
      for (const { machine, nonce } of held.values())
        cloud
          .flaps(`${pathOf(app, machine)}/lease?ttl=${ttlSeconds}`, {
            method: "POST",
            headers: headersFor(nonce),
          })
          .catch((error: unknown) =>
            console.error(
              `WARN error refreshing lease for machine ${machine.id}: ${(error as Error).message}`,
            ),
          );
    },
    ((ttlSeconds - 1) * 1000) / 3,
  );
  refresh.unref();

  const release = async (machine: Machine): Promise<void> => {
    const lease = held.get(machine.id);
    if (!lease) return;
    held.delete(machine.id);
    await cloud
      .flaps(`${pathOf(app, machine)}/lease`, {
        method: "DELETE",
        headers: headersFor(lease.nonce),
        timeoutMilliseconds: 5000,
      })
      .catch((error: unknown) =>
        console.error(`Failed to clear lease for ${machine.id}: ${(error as Error).message}`),
      );
  };

  return {
    acquire: async (machines) => {
      const results = await Promise.allSettled(
        machines.map(async (machine) => {
          const lease = await cloud.flaps<LeaseAnswer>(`${pathOf(app, machine)}/lease?ttl=${ttlSeconds}`, {
            method: "POST",
          });
          held.set(machine.id, { machine, nonce: lease.data.nonce });
        }),
      );
      for (const [index, result] of results.entries())
        if (result.status === "rejected")
          throw new CommandError(
            `failed to acquire leases: failed to get lease on VM ${machines[index]?.id ?? ""}: ${(result.reason as Error).message}`,
          );
    },
    adopt: (machine) => {
      if (machine.nonce !== undefined) held.set(machine.id, { machine, nonce: machine.nonce });
    },
    forget: (machine) => void held.delete(machine.id),
    headers: (machine) => {
      const lease = held.get(machine.id);
      return lease ? headersFor(lease.nonce) : {};
    },
    release,
    releaseAll: async () => {
      clearInterval(refresh);
      await Promise.all([...held.values()].map(({ machine }) => release(machine)));
    },
  };
}
