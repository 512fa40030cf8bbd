import { CommandError, Interrupted } from "./command-error.ts";
import { groupOf, type Machine, pathOf } from "./machine.ts";
import { type MachineConfig, machineConfigFor, releaseMetadata } from "./machine-config.ts";
import type { Rollout } from "./rollout-order.ts";
import { waitUntilGood } from "./wait-until-good.ts";

/** What a deployment does to one machine. */

export function configFor(rollout: Rollout, group: string, existing?: MachineConfig): MachineConfig {
  if (rollout.isRestartOnly && existing)
    return { ...existing, metadata: { ...existing.metadata, ...releaseMetadata(rollout.release) } };
  return machineConfigFor(rollout.config, group, rollout.image, rollout.release, rollout.env, existing);
}

/** Fields of a create's and an update's body in addition to the config. */
export interface LaunchOptions {
  readonly skipLaunch?: boolean;
  readonly skipServiceRegistration?: boolean;
  readonly region?: string;
  /** Seconds that the new machine is leased for. */
  readonly leaseSeconds?: number;
}

function bodyOf(rollout: Rollout, config: MachineConfig, options: LaunchOptions): Record<string, unknown> {
  const region = options.region ?? rollout.config.primaryRegion;
  return {
    config,
    ...(region === undefined ? {} : { region }),
    ...(options.skipLaunch === true ? { skip_launch: true } : {}),
    ...(options.skipServiceRegistration === true ? { skip_service_registration: true } : {}),
    skip_secrets: false,
    ...(rollout.minSecretsVersion === undefined ? {} : { min_secrets_version: rollout.minSecretsVersion }),
    ...(options.leaseSeconds === undefined ? {} : { lease_ttl: options.leaseSeconds }),
  };
}

export async function launch(
  rollout: Rollout,
  config: MachineConfig,
  options: LaunchOptions,
): Promise<Machine> {
  const { cloud, app } = rollout;
  try {
    // Not interrupted half-way: a machine that was never reported could be neither released nor removed.
    return await cloud.flaps<Machine>(pathOf(app), {
      method: "POST",
      body: bodyOf(rollout, config, options),
    });
  } catch (error) {
    throw new CommandError(`error creating a new machine: failed to launch VM: ${(error as Error).message}`);
  }
}

interface Extra {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A new machine of a group, waited for unless the strategy is immediate. */
export async function createMachine(rollout: Rollout, group: string, extra: Extra = {}): Promise<Machine> {
  const { leases } = rollout;
  const plain = configFor(rollout, group);
  const config = { ...plain, ...extra.config, metadata: { ...plain.metadata, ...extra.metadata } };
  const machine = await launch(rollout, config, {
    leaseSeconds: Math.ceil(rollout.waitTimeoutMilliseconds / 1000),
  });
  leases.adopt(machine);
  console.log(`Machine ${machine.id} [${group}] was created`);
  try {
    if (rollout.strategy !== "immediate" || extra.metadata) await settle(rollout, machine);
  } finally {
    await leases.release(machine);
  }
  return machine;
}

/** A second machine for a group with services; a stopped standby for one without, as flyctl does. */
export async function createSpare(rollout: Rollout, group: string, machine: Machine): Promise<void> {
  if ((machine.config.services ?? []).length > 0) {
    console.log("Creating a second machine for high availability and zero downtime deployments.");
    await createMachine(rollout, group);
    return;
  }
  console.log(`Creating a standby machine for ${machine.id}`);
  const config = configFor(rollout, group);
  const env = { ...config.env, FLY_STANDBY_FOR: machine.id };
  const standby = await launch(
    rollout,
    { ...config, env, standbys: [machine.id] },
    { skipLaunch: true, leaseSeconds: Math.ceil(rollout.waitTimeoutMilliseconds / 1000) },
  );
  rollout.leases.adopt(standby);
  await rollout.leases.release(standby);
}

/**
 * flyctl leaves a stopped machine stopped: it updates it, and does not start it (machines_launchinput.go,
 * shouldSkipLaunch).
 */
export function isLeftStopped(machine: Machine): boolean {
  return !["started", "starting", "failed"].includes(machine.state);
}

export async function updateMachine(rollout: Rollout, machine: Machine, isWaitedFor: boolean): Promise<void> {
  const { cloud, leases, app, signal } = rollout;
  if (signal.aborted) throw new Interrupted();
  const group = groupOf(machine);
  const skipLaunch = isLeftStopped(machine);
  console.log(`Updating machine ${machine.id} [${group}]`);
  let updated: Machine;
  try {
    updated = await cloud.flaps<Machine>(pathOf(app, machine), {
      method: "POST",
      headers: leases.headers(machine),
      body: bodyOf(rollout, configFor(rollout, group, machine.config), {
        skipLaunch,
        region: machine.region,
      }),
    });
  } catch (error) {
    throw new CommandError(`failed to update VM ${machine.id}: ${(error as Error).message}`);
  }
  if (skipLaunch)
    console.error(
      `WARN machine ${machine.id} is ${machine.state}: updated and not started; start it with: flyctl machine start ${machine.id}`,
    );
  else if (isWaitedFor) await settle(rollout, updated);
}

async function settle(rollout: Rollout, machine: Machine): Promise<void> {
  await waitUntilGood(machine, {
    cloud: rollout.cloud,
    app: rollout.app,
    timeoutMilliseconds: rollout.waitTimeoutMilliseconds,
    skipHealthChecks: rollout.isDetached,
    skipSmokeChecks: rollout.isDetached || !rollout.hasSmokeChecks,
    signal: rollout.signal,
  });
  console.log(`✔ Machine ${machine.id} update finished: success`);
}

export async function destroyMachine(rollout: Rollout, machine: Machine): Promise<void> {
  await rollout.cloud.flaps(`${pathOf(rollout.app, machine)}?kill=true`, {
    method: "DELETE",
    headers: rollout.leases.headers(machine),
  });
  rollout.leases.forget(machine);
  console.log(`Destroyed machine ${machine.id}`);
}
