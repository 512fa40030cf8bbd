import { setTimeout as delay } from "node:timers/promises";
import { allOf, inPool } from "./all-of.ts";
import { CommandError, Interrupted } from "./command-error.ts";
import { groupOf, type Machine, pathOf } from "./machine.ts";
import { configFor, destroyMachine, isLeftStopped, launch } from "./machine-acts.ts";
import { countChecks, type MachineConfig } from "./machine-config.ts";
import type { Rollout } from "./rollout-order.ts";
import { waitUntilGood } from "./wait-until-good.ts";

const tag = "fly_bluegreen_deployment_tag";
const mostAtOnce = 8;
/** The real flyctl gives the proxy ten seconds to see the new machines and ten to forget the old; none is here. */
const proxyMilliseconds = 500;

interface Green {
  readonly blue: Machine;
  readonly config: MachineConfig;
  readonly skipLaunch: boolean;
}

/**
 * New machines next to the old ones; when all are healthy they get the traffic, and the old ones go. As in superfly/flyctl
 * v0.4.80, internal/command/deploy/strategy_bluegreen.go, but a program that exits at boot is noticed at once.
 */
export async function deployBluegreen(rollout: Rollout, blue: readonly Machine[]): Promise<void> {
  console.error("\nVerifying if app can be safely deployed");
  await refuseWhereImpossible(rollout, blue);
  const green: Machine[] = [];
  try {
    console.error("\nCreating green machines");
    await createGreen(rollout, blue, green);
    console.error("\nWaiting for all green machines to be healthy");
    await failAs("could not get all green machines to be healthy", () => waitForGreen(rollout, green));
    console.error("\nMarking green machines as ready");
    await failAs("failed to mark green machines as ready", () =>
      inPool(green, mostAtOnce, (machine) => post(rollout, machine, "/uncordon")),
    );
  } catch (error) {
    console.error("\nRolling back failed deployment");
    for (const machine of green) await destroyMachine(rollout, machine);
    throw error;
  }
  // From here on the new machines have the traffic and stay, whatever happens.
  await retireBlue(rollout, blue);
  console.error("\nDeployment Complete");
}

async function refuseWhereImpossible(rollout: Rollout, blue: readonly Machine[]): Promise<void> {
  const { canPerformBluegreenDeployment } = await rollout.cloud.graphql<{
    canPerformBluegreenDeployment: boolean;
  }>("query ($appName: String!) { canPerformBluegreenDeployment(name: $appName) }", { appName: rollout.app });
  if (!canPerformBluegreenDeployment)
    throw new CommandError("app can't undergo bluegreen deployment due to org limits");
  const images = new Set(
    blue.map(({ image_ref: { repository, tag: label } }) => `${repository}:${label ?? ""}`),
  );
  if (images.size > 1)
    throw new CommandError(
      "found multiple image versions",
      `For bluegreen to work, all machines need to run a single image; found: ${[...images].join(", ")}`,
    );
  const checked = blue.filter(
    (machine) => countChecks(configFor(rollout, groupOf(machine), machine.config)) > 0,
  );
  if (checked.length === 0)
    throw new CommandError(
      "app not in valid state for bluegreen deployments",
      "You need to define at least 1 check in order to use blue-green deployments",
    );
}

/** A stopped machine gets a stopped one next to it, unless its group has checks and no machine would run to pass them. */
function planGreen(rollout: Rollout, blue: readonly Machine[]): Green[] {
  const runs = new Set(blue.filter((machine) => !isLeftStopped(machine)).map(groupOf));
  const stamp = String(Math.floor(Date.now() / 1000));
  return blue.map((machine) => {
    const group = groupOf(machine);
    const plain = configFor(rollout, group, machine.config);
    const isRepresentative = countChecks(plain) > 0 && !runs.has(group);
    if (isRepresentative) runs.add(group);
    const config = { ...plain, metadata: { ...plain.metadata, [tag]: stamp } };
    return { blue: machine, config, skipLaunch: isLeftStopped(machine) && !isRepresentative };
  });
}

async function createGreen(rollout: Rollout, blue: readonly Machine[], green: Machine[]): Promise<void> {
  const most = Math.max(1, Math.min(Math.ceil(blue.length / 3), mostAtOnce));
  await failAs("failed to create green machines", () =>
    inPool(planGreen(rollout, blue), most, async ({ config, skipLaunch, blue: { region } }) => {
      if (rollout.signal.aborted) throw new Interrupted();
      const machine = await launch(rollout, config, { region, skipLaunch, skipServiceRegistration: true });
      green.push(machine);
      console.error(`  Created machine ${machine.id} [${groupOf(machine)}]`);
    }),
  );
}

async function waitForGreen(rollout: Rollout, green: readonly Machine[]): Promise<void> {
  await allOf(
    green
      .filter((machine) => machine.state !== "stopped")
      .map((machine) =>
        waitUntilGood(machine, {
          cloud: rollout.cloud,
          app: rollout.app,
          timeoutMilliseconds: rollout.waitTimeoutMilliseconds,
          skipHealthChecks: false,
          skipSmokeChecks: !rollout.hasSmokeChecks || countChecks(machine.config) === 0,
          signal: rollout.signal,
        }),
      ),
  );
}

async function retireBlue(rollout: Rollout, blue: readonly Machine[]): Promise<void> {
  console.error("\nCheckpointing deployment, this may take a few seconds...");
  await inPool(blue, mostAtOnce, (machine) =>
    post(rollout, machine, `/metadata/${tag}`, { value: "safe_to_destroy" }),
  );
  console.error("\nWaiting before cordoning all blue machines");
  await pause(rollout);
  await inPool(blue, mostAtOnce, (machine) => tolerate(post(rollout, machine, "/cordon"), "cordon", machine));
  console.error("\nWaiting before stopping all blue machines");
  await pause(rollout);
  console.error("\nStopping all blue machines");
  await inPool(blue, mostAtOnce, (machine) =>
    tolerate(post(rollout, machine, "/stop", { id: machine.id, timeout: "0s" }), "stop", machine),
  );
  console.error("\nWaiting for all blue machines to stop");
  await allOf(blue.map((machine) => tolerate(waitStopped(rollout, machine), "stop", machine)));
  console.error("\nDestroying all blue machines");
  await inPool(blue, mostAtOnce, (machine) => destroyMachine(rollout, machine));
}

async function post(rollout: Rollout, machine: Machine, path: string, body?: unknown): Promise<void> {
  await rollout.cloud.flaps(pathOf(rollout.app, machine) + path, {
    method: "POST",
    headers: rollout.leases.headers(machine),
    ...(body === undefined ? {} : { body }),
  });
}

async function waitStopped(rollout: Rollout, machine: Machine): Promise<void> {
  const seconds = Math.max(1, Math.min(60, Math.floor(rollout.waitTimeoutMilliseconds / 1000)));
  await rollout.cloud.flaps(`${pathOf(rollout.app, machine)}/wait?state=stopped&timeout=${seconds}`, {
    timeoutMilliseconds: (seconds + 5) * 1000,
  });
}

async function pause({ signal }: Rollout): Promise<void> {
  await delay(proxyMilliseconds, undefined, { signal }).catch(() => {
    throw new Interrupted();
  });
}

/** The old machines are destroyed by force in the end: that one does not stop is reported and no more. */
async function tolerate(work: Promise<void>, what: string, machine: Machine): Promise<void> {
  await work.catch((error: unknown) =>
    console.error(`  Failed to ${what} machine ${machine.id}: ${(error as Error).message}`),
  );
}

async function failAs(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`${error.message}\n${what}`, error.suggestion);
    throw error;
  }
}
