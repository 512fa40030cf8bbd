import type { Cloud } from "./cloud.ts";
import { CommandError } from "./command-error.ts";
import { type Machine, pathOf } from "./machine.ts";

interface LeaseAnswer {
  readonly data: { readonly nonce: string };
}

/** The leases that this deploy holds; nobody else can change these machines meanwhile. */
export interface Leases {
  acquire(machines: readonly Machine[]): Promise<void>;
  /** The lease that came with a new machine. */
  adopt(machine: Machine): void;
  headers(machine: Machine): Record<string, string>;
  release(machine: Machine): Promise<void>;
  releaseAll(): Promise<void>;
}

const ttlSeconds = 13;
const refreshMilliseconds = 4000;

export function openLeases(cloud: Cloud, app: string): Leases {
  const held = new Map<string, { machine: Machine; nonce: string }>();
  const headersFor = (nonce: string): Record<string, string> => ({ "fly-machine-lease-nonce": nonce });

  const refresh = setInterval(() => {
    for (const { machine, nonce } of held.values())
      cloud
        .flaps(`${pathOf(app, machine)}/lease?ttl=${ttlSeconds}`, {
          method: "POST",
          headers: headersFor(nonce),
        })
        .catch((error: unknown) =>
          console.error(`WARN error refreshing lease for machine ${machine.id}: ${(error as Error).message}`),
        );
  }, refreshMilliseconds);
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
      for (const machine of machines) {
        const lease = await cloud
          .flaps<LeaseAnswer>(`${pathOf(app, machine)}/lease?ttl=${ttlSeconds}`, { method: "POST", body: {} })
          .catch((error: unknown) => {
            throw new CommandError(
              `failed to acquire leases: failed to get lease on VM ${machine.id}: ${(error as Error).message}`,
            );
          });
        held.set(machine.id, { machine, nonce: lease.data.nonce });
      }
    },
    adopt: (machine) => {
      if (machine.nonce !== undefined) held.set(machine.id, { machine, nonce: machine.nonce });
    },
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
