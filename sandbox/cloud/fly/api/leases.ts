import { randomHex } from "../identifiers.ts";
import type { Lease, Machine } from "../state.ts";
import { FlyError } from "./errors.ts";

export const nonceHeader = "fly-machine-lease-nonce";

/** The machine's lease, unless it has run out. */
export function currentLease(machine: Machine): Lease | undefined {
  return machine.lease && machine.lease.expiresAt * 1000 > Date.now() ? machine.lease : undefined;
}

/** Refuses a caller that does not hold the lease, when another one does. */
export function checkLease(machine: Machine, nonce: string | undefined): void {
  const lease = currentLease(machine);
  if (lease && lease.nonce !== nonce)
    throw new FlyError(
      409,
      // byte5ai/omadia#705
      `aborted: machine ID ${machine.id} lease currently held by ${lease.owner}, expires at ${new Date(lease.expiresAt * 1000).toISOString()}`,
    );
}

/** Takes the lease, or prolongs it for its holder. */
export function takeLease(
  machine: Machine,
  nonce: string | undefined,
  ttlSeconds: number,
  description: string,
): Lease {
  checkLease(machine, nonce);
  const held = currentLease(machine);
  const lease: Lease = {
    nonce: held?.nonce ?? randomHex(6),
    owner: "sandbox@localhost",
    description,
    version: machine.instanceId,
    expiresAt: Math.ceil(Date.now() / 1000) + ttlSeconds,
  };
  machine.lease = lease;
  return lease;
}

export function leaseView(lease: Lease): Record<string, unknown> {
  return {
    status: "success",
    data: {
      nonce: lease.nonce,
      expires_at: lease.expiresAt,
      owner: lease.owner,
      description: lease.description,
      version: lease.version,
    },
  };
}
