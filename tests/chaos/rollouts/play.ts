import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { addMigration } from "../../sandbox/add-migration.ts";
import { changeApplication } from "../../sandbox/change-application.ts";
import { isFaultHit } from "../../sandbox/fault-hits.ts";
import { foreignLease } from "../../sandbox/foreign-lease.ts";
import { killTree } from "../../sandbox/kill-tree.ts";
import { waitForMachines } from "../../sandbox/prepared.ts";
import type { Ended } from "../../sandbox/sandbox.ts";
import { outputsOf } from "../../sandbox/staging.ts";
import { seenCallsOf } from "../../sandbox/story.ts";
import type { SandboxOfTests } from "../../sandbox/use-sandbox.ts";
import { ruleOf } from "../faults.ts";
import { type Effects, effectFaults, effectsIn } from "../kills/effects.ts";
import { type RolloutEnd, endOf, messageFaults } from "./judge.ts";
import type { CountedCall, RolloutCell, Scenario } from "./plan.ts";

/** How a rollout under a fault ended, and then what the next one left. */
export interface RolloutResult {
  /** Its place in the campaign. */
  readonly number: number;
  readonly name: string;
  readonly scenario: Scenario;
  readonly cloud: string;
  readonly fault: string;
  readonly ended: RolloutEnd;
  /** Of the command; null where it was killed. */
  readonly status: number | null;
  readonly seconds: number;
  /** Everything that is not as promised; none where it is as it should be. */
  readonly faults: readonly string[];
}

const inStaging = ["--stack", "staging"] as const;
const commands: Readonly<Record<Scenario, readonly string[]>> = {
  first: ["bin/rollout", "up", ...inStaging],
  change: ["bin/rollout", "up", ...inStaging],
  rollback: ["bin/rollout", "rollback", ...inStaging],
  destroy: ["pulumi", "destroy", ...inStaging, "--yes", "--skip-preview"],
};
const settled = "settled";
/** The longest that a call is waited for; on a busy machine a first rollout takes two minutes. */
const patience = 300_000;
/** A holder notices by its next renewal that another one has its lease. */
const noticed = 90_000;

/** Rollouts in one environment, each from the same snapshot. */
export function rolloutsIn({ checkout, sandbox }: SandboxOfTests) {
  // Not in the home, which a first rollout begins without.
  const snapshots = mkdtempSync(join(tmpdir(), "rollouts-"));
  const folder = ["--folder", snapshots] as const;
  let live = "";
  let next = "";
  let usual: Effects | undefined;
  const effects = async (): Promise<Effects> => effectsIn(sandbox, await outputsOf(sandbox, "staging"));

  /** Keeps the environment as each scenario begins with it, and commits the release that comes next. */
  const prepare = async (): Promise<void> => {
    // What hangs is given up soon; the limits are settings of the environment and no part of a release.
    checkout.edit("Pulumi.staging.yaml", "    secrets: []", "    secrets: []\n    waitSeconds: 20");
    const domain = "    domain: atlaris-staging.vercel.app";
    checkout.edit("Pulumi.staging.yaml", domain, `${domain}\n    waitSeconds: 60`);
    changeApplication(checkout, "settled", "worker", "web");
    live = checkout.commit("Change worker and web, and have little patience");
    const { status, output } = await sandbox.run(...commands.change);
    if (status !== 0) throw new Error(`the rollout that all others begin with failed:\n${output}`);
    usual = await effects();
    await sandbox.read("snapshot", "save", settled, "--replace", ...folder);
    changeApplication(checkout, "chaos", "worker", "web");
    checkout.edit("Pulumi.staging.yaml", "maxModules: 6", "maxModules: 5");
    addMigration(
      checkout,
      "9100_chaos",
      "-- undo: ALTER TABLE plans DROP COLUMN chaos",
      "SET LOCAL lock_timeout = '5s';",
      "--> statement-breakpoint",
      "ALTER TABLE plans ADD COLUMN chaos text;",
    );
    next = checkout.commit("Change worker, web, variables and schema");
  };

  const begin = async (scenario: Scenario): Promise<void> => {
    checkout.git("checkout", "--quiet", scenario === "change" ? next : live);
    if (scenario === "first") {
      await sandbox.read("reset");
      await sandbox.read("true");
      return;
    }
    await sandbox.read("snapshot", "restore", settled, ...folder);
    await sandbox.read("true");
    await waitForMachines(sandbox);
  };

  /** The calls of a scenario that meets no fault. */
  const record = async (scenario: Scenario): Promise<readonly CountedCall[]> => {
    await begin(scenario);
    const before = new Map(
      (await seenCallsOf(sandbox)).map(({ cloud, name, count }) => [`${cloud} ${name}`, count]),
    );
    const { status, output } = await sandbox.run(...commands[scenario]);
    if (status !== 0) throw new Error(`${scenario} failed without a fault:\n${output}`);
    return (await seenCallsOf(sandbox))
      .map(({ cloud, name, count }) => ({
        cloud,
        name,
        count: count - (before.get(`${cloud} ${name}`) ?? 0),
      }))
      .filter(({ count }) => count > 0);
  };

  const isHit = (): boolean => isFaultHit(sandbox);

  /** Makes the call meet its fault. */
  const arm = async ({ call, fault, number }: RolloutCell): Promise<void> => {
    if (fault.lag !== undefined)
      await sandbox.read("faults", "lag", String(fault.lag), "--cloud", call.cloud);
    // One that changes nothing shows that the call has come.
    const rule = ruleOf(
      fault.rule || fault.kill ? fault : { ...fault, rule: { kind: "delay", milliseconds: 1 } },
      call,
      number - 1,
    );
    const words = Object.entries(rule ?? {}).flatMap(([key, value]) => [`--${key}`, String(value)]);
    await sandbox.read("faults", "add", ...words);
  };

  /** Runs the command under its fault. */
  const strike = async ({ scenario, fault }: RolloutCell): Promise<Ended> => {
    const { pid, ended } = sandbox.begin(...commands[scenario]);
    let isEnded = false;
    const isOver = (): boolean => isEnded;
    void ended.then(() => (isEnded = true));
    if (fault.kill === undefined && fault.losesLease !== true) return ended;
    await vi.waitUntil(() => isOver() || isHit(), { timeout: patience, interval: 20 });
    if (isOver()) return ended;
    if (fault.kill !== undefined) {
      await killTree(pid);
      return ended;
    }
    const lease = foreignLease(sandbox, "staging");
    // Before the first rollout has taken it there is none.
    const isTaken = await lease
      .write("held", new Date())
      .then(() => true)
      .catch(() => false);
    await vi.waitUntil(isOver, { timeout: noticed }).catch(() => undefined);
    if (isTaken) await lease.write("free", new Date());
    return ended;
  };

  /** What is not as it should be after the next rollout, which meets no fault. */
  const after = async (): Promise<readonly string[]> => {
    const up = await sandbox.run(...commands.change);
    if (up.status !== 0)
      return [`the next rollout ended with ${String(up.status)}:\n${up.output.slice(-3000)}`];
    const found = usual ? effectFaults(usual, await effects()) : [];
    const drift = await sandbox.run("bin/rollout", "drift", ...inStaging);
    return [
      ...found,
      ...(drift.status === 0 ? [] : [`what runs is not what the state has:\n${drift.output.slice(-3000)}`]),
    ];
  };

  const play = async (number: number, cell: RolloutCell): Promise<RolloutResult> => {
    const { name, scenario, call, fault } = cell;
    await begin(scenario);
    await arm(cell);
    const began = performance.now();
    const { status, output } = await strike(cell);
    const seconds = Math.round((performance.now() - began) / 1000);
    const wasHit = isHit();
    await sandbox.read("faults", "clear");
    const ended = fault.kill !== undefined && status === null ? "killed" : endOf(status);
    const faults = [
      ...(ended === undefined ? [`it ended with ${String(status)}:\n${output.slice(-3000)}`] : []),
      ...(ended === "stopped" ? messageFaults(output, cell) : []),
      ...(wasHit ? await after() : []),
    ];
    return {
      ...{ number, name, scenario, cloud: call.cloud, fault: fault.name, status, seconds },
      ...(wasHit ? { ended: ended ?? "stopped", faults } : { ended: "not met" as const, faults: [] }),
    };
  };

  const close = (): void => rmSync(snapshots, { recursive: true, force: true });

  return { prepare, record, play, close };
}
