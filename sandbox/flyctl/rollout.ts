import type { Cloud } from "./cloud.ts";
import { CommandError, Interrupted } from "./command-error.ts";
import type { AppConfig } from "./fly-toml.ts";
import type { Leases } from "./leases.ts";
import { groupOf, listDeployed, type Machine, pathOf } from "./machine.ts";
import { type MachineConfig, machineConfigFor, processGroups } from "./machine-config.ts";
import type { Release } from "./releases.ts";
import { waitUntilGood } from "./wait-until-good.ts";

export const strategies = ["rolling", "immediate", "canary"] as const;
export type Strategy = (typeof strategies)[number];

export interface Rollout {
  readonly cloud: Cloud;
  readonly leases: Leases;
  readonly app: string;
  readonly config: AppConfig;
  readonly image: string;
  readonly release: Release;
  readonly strategy: Strategy;
  readonly env: Readonly<Record<string, string>>;
  /** Make a second machine, or a standby, for each new group. */
  readonly isHighlyAvailable: boolean;
  /** `--detach`: neither crashes nor checks are waited for. */
  readonly isDetached: boolean;
  readonly waitTimeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

/** Brings an app's machines to a release: removes groups that are gone, makes machines for new ones, updates the others. */
export async function rollOut(rollout: Rollout): Promise<void> {
  const { app, config, strategy } = rollout;
  const machines = await listDeployed(rollout.cloud, app);
  const groups = processGroups(config);
  const surplus = machines.filter((machine) => !groups.includes(groupOf(machine)));
  const present = machines.filter((machine) => groups.includes(groupOf(machine)));
  const missing = groups.filter((group) => !present.some((machine) => groupOf(machine) === group));
  announce(machines.length === 0, surplus, missing);

  if (strategy === "canary" && machines.length > 0)
    for (const group of groups) {
      console.log(`Creating canary machine for group ${group}`);
      const canary = await create(rollout, group, { fly_canary: "true" });
      await destroy(rollout, canary);
    }
  for (const machine of surplus) await destroy(rollout, machine);
  for (const group of missing) {
    console.log(`No machines in group ${group}, launching a new machine`);
    const machine = await create(rollout, group);
    if (rollout.isHighlyAvailable) await createSpare(rollout, group, machine);
  }
  if (missing.length > 0) console.error("Finished launching new machines");
  if (present.length === 0) return;

  await rollout.leases.acquire(present);
  console.log(`Updating existing machines in '${app}' with ${strategy} strategy`);
  if (strategy === "immediate") await Promise.all(present.map((machine) => update(rollout, machine, false)));
  else for (const machine of present) await update(rollout, machine, true);
}

function announce(isFirst: boolean, surplus: readonly Machine[], missing: readonly string[]): void {
  if (surplus.length === 0 && missing.length === 0) return;
  console.log(isFirst ? "This deployment will:" : "Process groups have changed. This will:");
  for (const machine of surplus) console.log(` * destroy 1 "${groupOf(machine)}" machine`);
  for (const group of missing) console.log(` * create 1 "${group}" machine`);
  console.log();
}

function configFor(rollout: Rollout, group: string, existing?: MachineConfig): MachineConfig {
  return machineConfigFor(rollout.config, group, rollout.image, rollout.release, rollout.env, existing);
}

async function create(
  rollout: Rollout,
  group: string,
  metadata: Record<string, string> = {},
): Promise<Machine> {
  const { cloud, leases, app } = rollout;
  const config = configFor(rollout, group);
  const machine = await launch(rollout, { ...config, metadata: { ...config.metadata, ...metadata } }, false);
  leases.adopt(machine);
  console.log(`Machine ${machine.id} was created`);
  try {
    if (rollout.strategy !== "immediate") await settle(rollout, machine);
  } finally {
    await leases.release(machine);
  }
  return cloud.flaps<Machine>(pathOf(app, machine));
}

/** A second machine for a group with services; a stopped standby for one without, as flyctl does. */
async function createSpare(rollout: Rollout, group: string, machine: Machine): Promise<void> {
  if ((machine.config.services ?? []).length > 0) {
    console.log("Creating a second machine for high availability and zero downtime deployments.");
    await create(rollout, group);
    return;
  }
  console.log(`Creating a standby machine for ${machine.id}`);
  const config = configFor(rollout, group);
  const env = { ...config.env, FLY_STANDBY_FOR: machine.id };
  const standby = await launch(rollout, { ...config, env, standbys: [machine.id] }, true);
  rollout.leases.adopt(standby);
  await rollout.leases.release(standby);
}

async function launch(rollout: Rollout, config: MachineConfig, skipLaunch: boolean): Promise<Machine> {
  const { cloud, app } = rollout;
  try {
    return await cloud.flaps<Machine>(pathOf(app), {
      method: "POST",
      signal: rollout.signal,
      body: {
        config,
        region: rollout.config.primaryRegion ?? "fra",
        skip_launch: skipLaunch,
        skip_secrets: false,
        lease_ttl: Math.ceil(rollout.waitTimeoutMilliseconds / 1000),
      },
    });
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    throw new CommandError(`error creating a new machine: failed to launch VM: ${(error as Error).message}`);
  }
}

async function update(rollout: Rollout, machine: Machine, isWaitedFor: boolean): Promise<void> {
  const { cloud, leases, app } = rollout;
  // flyctl leaves a stopped machine stopped: it updates it, and does not start it.
  const skipLaunch = !["started", "starting", "failed"].includes(machine.state);
  console.log(`Updating machine ${machine.id} [${groupOf(machine)}]`);
  let updated: Machine;
  try {
    updated = await cloud.flaps<Machine>(pathOf(app, machine), {
      method: "POST",
      signal: rollout.signal,
      headers: leases.headers(machine),
      body: {
        config: configFor(rollout, groupOf(machine), machine.config),
        region: machine.region,
        skip_launch: skipLaunch,
        skip_secrets: false,
      },
    });
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    throw new CommandError(`failed to update VM ${machine.id}: ${(error as Error).message}`);
  }
  if (skipLaunch)
    console.error(
      `WARN machine ${machine.id} is ${machine.state}: updated and not started; start it with: flyctl machine start ${machine.id}`,
    );
  else if (isWaitedFor) await settle(rollout, updated);
  await leases.release(machine);
}

async function settle(rollout: Rollout, machine: Machine): Promise<void> {
  if (rollout.isDetached) return;
  await waitUntilGood(machine, {
    cloud: rollout.cloud,
    app: rollout.app,
    timeoutMilliseconds: rollout.waitTimeoutMilliseconds,
    skipSmokeChecks: false,
    signal: rollout.signal,
  });
  console.log(`✔ Machine ${machine.id} update finished: success`);
}

async function destroy(rollout: Rollout, machine: Machine): Promise<void> {
  await rollout.cloud.flaps(`${pathOf(rollout.app, machine)}?kill=true`, {
    method: "DELETE",
    headers: rollout.leases.headers(machine),
  });
  console.log(`Destroyed machine ${machine.id}`);
}
