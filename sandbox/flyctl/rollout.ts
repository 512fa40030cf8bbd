import { allOf } from "./all-of.ts";
import { deployBluegreen } from "./bluegreen.ts";
import { groupOf, type Machine } from "./machine.ts";
import { createMachine, createSpare, destroyMachine } from "./machine-acts.ts";
import { processGroups } from "./machine-config.ts";
import { runReleaseCommand } from "./release-command.ts";
import { updateAtOnce, updateInTurn } from "./rolling.ts";
import type { Rollout } from "./rollout-order.ts";

/**
 * Brings an app's machines to a release, in the order of the real one (superfly/flyctl v0.4.80,
 * internal/command/deploy/machines_deploymachinesapp.go, deployMachinesApp): release command, canary, machines of groups
 * that are gone, machines of new groups, then those that are there.
 */
export async function rollOut(rollout: Rollout): Promise<void> {
  const { config, machines, strategy } = rollout;
  if (rollout.isRestartOnly) return updateAll(rollout, machines);
  const isFirst = machines.length === 0;
  await runReleaseCommand(rollout);
  const groups = processGroups(config);
  const surplus = machines.filter((machine) => !groups.includes(groupOf(machine)));
  const present = machines.filter((machine) => groups.includes(groupOf(machine)));
  const missing = groups.filter((group) => !present.some((machine) => groupOf(machine) === group));
  announce(isFirst, surplus, missing);

  if (strategy === "canary" && !isFirst)
    // Groups side by side. One that fails stays, as with the real flyctl: the next deployment takes it for a machine.
    await allOf(
      groups.map(async (group) => {
        console.log(`Creating canary machine for group ${group}`);
        const canary = await createMachine(rollout, group, {
          metadata: { fly_canary: "true" },
          config: { dns: { skip_registration: true } },
        });
        await destroyMachine(rollout, canary);
      }),
    );
  for (const machine of surplus) await destroyMachine(rollout, machine);
  for (const group of missing) {
    console.log(`No machines in group ${group}, launching a new machine`);
    const machine = await createMachine(rollout, group);
    if (rollout.isHighlyAvailable) await createSpare(rollout, group, machine);
  }
  if (missing.length > 0) console.error("Finished launching new machines");
  await updateAll(rollout, present);
}

async function updateAll(rollout: Rollout, machines: readonly Machine[]): Promise<void> {
  const { app, leases, strategy } = rollout;
  if (machines.length === 0) return;
  await leases.acquire(machines);
  console.log(`Updating existing machines in '${app}' with ${strategy} strategy`);
  if (strategy === "bluegreen") await deployBluegreen(rollout, machines);
  else if (strategy === "immediate") await updateAtOnce(rollout, machines);
  else await updateInTurn(rollout, machines);
}

function announce(isFirst: boolean, surplus: readonly Machine[], missing: readonly string[]): void {
  if (surplus.length === 0 && missing.length === 0) return;
  console.log(isFirst ? "This deployment will:" : "Process groups have changed. This will:");
  for (const machine of surplus) console.log(` * destroy 1 "${groupOf(machine)}" machine`);
  for (const group of missing) console.log(` * create 1 "${group}" machine`);
  console.log();
}
