import { setTimeout as delay } from "node:timers/promises";
import { CommandError, Interrupted } from "./command-error.ts";
import { groupOf, lastLogLines, type Machine, pathOf, readMachine } from "./machine.ts";
import { launch } from "./machine-acts.ts";
import { releaseCommandConfig } from "./machine-config.ts";
import type { Rollout } from "./rollout-order.ts";

const pollMilliseconds = 200;

/**
 * Runs `[deploy] release_command` on a machine of its own before any other is touched; it destroys itself, and an exit
 * code other than 0 ends the deployment (superfly/flyctl v0.4.80, internal/command/deploy/machines_releasecommand.go).
 */
export async function runReleaseCommand(rollout: Rollout): Promise<void> {
  const { app, cloud, config, image, release } = rollout;
  const command = config.releaseCommand;
  if (command === undefined || command === "" || rollout.isRestartOnly) return;
  console.error(`Running ${app} release_command: ${command}`);
  try {
    const all = await cloud.flaps<Machine[]>(pathOf(app));
    for (const left of all.filter((machine) => groupOf(machine) === "fly_app_release_command"))
      await cloud.flaps(`${pathOf(app, left)}?kill=true`, { method: "DELETE" });
    const machine = await launch(rollout, releaseCommandConfig(config, command, image, release), {
      skipLaunch: true,
    });
    console.error(`Created release_command machine ${machine.id}`);
    await cloud.flaps(`${pathOf(app, machine)}/start`, { method: "POST" });
    await judge(rollout, machine, await exitCodeOf(rollout, machine));
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    throw new CommandError(
      `release command failed - aborting deployment. ${(error as Error).message}`,
      error instanceof CommandError ? error.suggestion : undefined,
    );
  }
}

async function judge({ app, cloud }: Rollout, machine: Machine, code: number): Promise<void> {
  if (code === 0) {
    console.error(`✔ release_command ${machine.id} completed successfully`);
    return;
  }
  const lines = (await lastLogLines(cloud, app, machine)).map((line) => `  ${line}`);
  throw new CommandError(
    `machine ${machine.id} exited with non-zero status of ${code}`,
    [`Error release_command failed running on machine ${machine.id} with exit code ${code}.`, ...lines].join(
      "\n",
    ),
  );
}

async function exitCodeOf(rollout: Rollout, machine: Machine): Promise<number> {
  const until = Date.now() + rollout.releaseCommandTimeoutMilliseconds;
  for (;;) {
    if (rollout.signal.aborted) throw new Interrupted();
    const { state, events = [] } = await readMachine(rollout.cloud, rollout.app, machine);
    const exit = events.find(({ type }) => type === "exit")?.request?.exit_event;
    if (state === "destroyed" && exit) return exit.exit_code;
    if (Date.now() >= until)
      throw new CommandError(`error waiting for release_command machine ${machine.id} to finish running`);
    await delay(pollMilliseconds, undefined, { signal: rollout.signal }).catch(() => undefined);
  }
}
