import { setTimeout as delay } from "node:timers/promises";
import type { Cloud } from "./cloud.ts";
import { CommandError, Interrupted } from "./command-error.ts";
import { lastLogLines, type Machine, readMachine } from "./machine.ts";
import { countChecks } from "./machine-config.ts";

export interface WaitOptions {
  readonly cloud: Cloud;
  readonly app: string;
  readonly timeoutMilliseconds: number;
  /** That it has started is enough. */
  readonly skipHealthChecks: boolean;
  /** A program that exits again and again is not looked for. */
  readonly skipSmokeChecks: boolean;
  readonly signal: AbortSignal;
}

/** How long a machine without health checks is watched for crashes. */
const smokeMilliseconds = 10_000;
const pollMilliseconds = 250;

/**
 * Waits for a machine to have started and for its health checks to pass; a program that ends at boot ends the wait at
 * once. The real flyctl watches every machine for ten seconds first; here that is done only for machines without health
 * checks, and the others are watched for crashes until their checks pass.
 */
export async function waitUntilGood(machine: Machine, options: WaitOptions): Promise<void> {
  const { cloud, app, timeoutMilliseconds, signal } = options;
  const began = Date.now();
  if (options.skipHealthChecks && options.skipSmokeChecks) return;
  for (;;) {
    if (signal.aborted) throw new Interrupted();
    const last = await readMachine(cloud, app, machine, signal);
    const crash = describeCrash(last);
    if (crash !== undefined && !options.skipSmokeChecks) await failSmokeChecks(last, crash);
    if (last.state === "started" && isGood(last, options)) return;
    if (Date.now() - began >= timeoutMilliseconds) await failTimeout(last);
    await delay(pollMilliseconds, undefined, { signal }).catch(() => undefined);
  }

  async function failSmokeChecks(at: Machine, crash: string): Promise<never> {
    const logs = await lastLogLines(cloud, app, at);
    throw new CommandError(
      `smoke checks for ${at.id} failed: ${crash}`,
      [
        `Smoke checks for ${at.id} failed: ${crash}`,
        `Check its logs: here's the last lines below, or run 'fly logs -i ${at.id}':`,
        ...logs.map((line) => `  ${line}`),
      ].join("\n"),
    );
  }

  async function failTimeout(at: Machine): Promise<never> {
    const suggestion = "You can try increasing the timeout with the --wait-timeout flag";
    const logs = (await lastLogLines(cloud, app, at)).map((line) => `  ${line}`);
    const tail = logs.length === 0 ? [] : [`The last lines of machine ${at.id}:`, ...logs];
    if (at.state !== "started")
      throw new CommandError(
        "timeout reached waiting for machine's state to change",
        [
          "Your machine was created, but never started or exited immediately.",
          `The machine ${at.id} took more than ${timeoutMilliseconds / 1000}s to reach "started"; it is "${at.state}".`,
          suggestion,
          ...tail,
        ].join("\n"),
      );
    const checks = (at.checks ?? []).map(
      (check) => `  ${check.name}: ${check.status}: ${check.output.slice(0, 500)}`,
    );
    throw new CommandError(
      `timeout reached waiting for health checks to pass for machine ${at.id}: context deadline exceeded`,
      [suggestion, "Its health checks:", ...checks, ...tail].join("\n"),
    );
  }
}

/** Whether a machine that has started passes its checks; without checks, whether it was watched for long enough. */
function isGood(machine: Machine, { skipHealthChecks, skipSmokeChecks }: WaitOptions): boolean {
  const total = skipHealthChecks ? 0 : countChecks(machine.config);
  if (total === 0) return skipSmokeChecks || Date.now() - startedAt(machine) >= smokeMilliseconds;
  const checks = machine.checks ?? [];
  return checks.length > 0 && checks.every((check) => check.status === "passing");
}

function startedAt(machine: Machine): number {
  return machine.events?.find((event) => event.type === "start")?.timestamp ?? Date.now();
}

/** Why the machine will not come up: it restarts again and again, or has ended for good. */
export function describeCrash(machine: Machine): string | undefined {
  // Events are newest first; those before the update or the launch are of an earlier version. An update is heard of
  // at once, and its launch only when the earlier program has ended.
  const launch = machine.events?.findIndex(({ type }) => type === "launch" || type === "update") ?? -1;
  const events = launch < 0 ? machine.events : machine.events?.slice(0, launch);
  const exit = events?.find((event) => event.type === "exit" && event.request?.exit_event);
  const detail = exit?.request?.exit_event;
  if (!detail || detail.requested_stop)
    return machine.state === "failed" ? "the machine could not be started" : undefined;
  const code = `exit code ${detail.exit_code}`;
  // flyctl asks for an exit code other than 0 too; a program that ends well again and again will not come up either.
  if (detail.restarting && (exit.request.restart_count ?? 0) > 1)
    return `the app appears to be crashing (${code})`;
  if (!detail.restarting && ["stopped", "failed"].includes(machine.state))
    return `the machine exited at boot (${code})`;
  return undefined;
}
