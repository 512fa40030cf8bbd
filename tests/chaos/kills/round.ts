import { readFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { worldOf } from "../../acceptance/world.ts";
import { addMigration } from "../../sandbox/add-migration.ts";
import { startJobs } from "../../sandbox/numbered-jobs.ts";
import type { Begun, Ended } from "../../sandbox/sandbox.ts";
import { sequencesIn } from "../../sandbox/sequences.ts";
import { outputsOf } from "../../sandbox/staging.ts";
import type { SandboxOfTests } from "../../sandbox/use-sandbox.ts";
import type { Effects } from "./effects.ts";
import { columnPrefix, effectFaults, effectsIn, isCutAtFly, pendingIn, surplusOf } from "./effects.ts";
import type { PlannedKill } from "./plan.ts";
import { findVictims, killVictims } from "./victims.ts";

/** What a rollout that nobody killed has taken. */
export interface Usual {
  readonly milliseconds: number;
  /** By cloud. */
  readonly calls: Readonly<Record<string, number>>;
}

/** How a round ended. */
export interface KillResult extends PlannedKill {
  /** Whether it ended before the moment came, or before there was a victim. */
  readonly isLate: boolean;
  /** In milliseconds from its start. */
  readonly killedAfter?: number;
  /** Of the killed command; `null` where it was killed itself. */
  readonly status: number | null;
  /** What the state had as under way after the kill. */
  readonly pending: readonly string[];
  readonly secondsOfNext: number;
  /** Numbered jobs that the web took. */
  readonly jobs: number;
  /** The last that the killed command and the next one have printed. */
  readonly printed: { readonly killed: string; readonly next: string };
  readonly effects: { readonly before: Effects; readonly after: Effects };
  /** All that is not as promised. */
  readonly faults: readonly string[];
}

const stack = ["--stack", "staging"] as const;
const limitMilliseconds = 300_000;
/** Characters of what a command has printed. */
const shown = 4_000;

interface Recorded {
  readonly number: number;
  readonly composition: { readonly web: unknown; readonly workers: unknown };
  readonly ended?: { readonly result: string };
}

interface Status {
  readonly wire: {
    readonly calls: Readonly<Record<string, { readonly reads: number; readonly writes: number }>>;
  };
}

/** Rounds in one environment, which each leaves as the next one needs it. */
export function roundsIn(environment: SandboxOfTests) {
  const { checkout, sandbox } = environment;
  const { release } = worldOf(environment);
  const { expectAsRecorded } = sequencesIn(checkout, sandbox);

  const control = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const read = (file: string): { readonly control: string } =>
      JSON.parse(readFileSync(join(sandbox.home, file), "utf8")) as { readonly control: string };
    const answer = await fetch(`${read("endpoints.json").control}${path}`, {
      method,
      headers: { authorization: `Bearer ${read("tokens.json").control}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!answer.ok) throw new Error(`the sandbox answered ${String(answer.status)} to ${method} ${path}`);
    return (await answer.json()) as Answer;
  };
  const callsSoFar = async (): Promise<Readonly<Record<string, number>>> => {
    const { wire } = await control<Status>("GET", "/status");
    return Object.fromEntries(
      Object.entries(wire.calls).map(([cloud, { reads, writes }]) => [cloud, reads + writes]),
    );
  };

  /** Numbers on record: of what is live, and of the newest other release that worked. */
  const goodReleases = async (): Promise<{ readonly live: number; readonly before: number }> => {
    const good = (await sandbox.read("bin/rollout", "history", ...stack, "--json", "--limit", "200"))
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Recorded)
      .filter(({ ended }) => ended?.result === "success");
    const content = ({ composition: { web, workers } }: Recorded): string => JSON.stringify([web, workers]);
    const [live] = good;
    const before = good.find((each) => live && content(each) !== content(live));
    if (!live || !before) throw new Error("there are no two releases on record");
    return { live: live.number, before: before.number };
  };

  /** The words that roll a release of its kind out, and those of the next rollout. */
  const prepare = async (
    kill: PlannedKill,
  ): Promise<{ words: readonly string[]; next: readonly string[] }> => {
    const { live, before } = await goodReleases();
    if (kill.kind !== "rollback") commit(kill);
    const words = kill.kind === "rollback" ? ["rollback", "--to", String(before)] : ["up"];
    return { words, next: kill.turnsBack ? ["rollback", "--to", String(live)] : words };
  };
  const commit = ({ kind, number }: PlannedKill): void => {
    if (kind === "migration")
      addMigration(
        checkout,
        `${String(9100 + number)}_killed`,
        `-- undo: ALTER TABLE plans DROP COLUMN ${columnPrefix}${String(number)}`,
        "SET LOCAL lock_timeout = '5s';",
        "--> statement-breakpoint",
        `ALTER TABLE plans ADD COLUMN ${columnPrefix}${String(number)} text;`,
      );
    release(`Change ${kind}, and be killed (${String(number)})`, kind === "web" ? "web" : "worker");
  };

  /** Settles when the moment has come; false where the rollout ended before. */
  const moment = async (
    { moment: at }: PlannedKill,
    usual: Usual,
    isOver: () => boolean,
  ): Promise<boolean> => {
    const begun = performance.now();
    const limit = { timeout: limitMilliseconds, interval: 10 };
    if (at.by === "time") {
      const due = begun + at.fraction * usual.milliseconds;
      await vi.waitUntil(() => isOver() || performance.now() >= due, limit);
      return !isOver();
    }
    const isHit = async (): Promise<boolean> =>
      (await control<{ rules: readonly { hits: number }[] }>("GET", "/faults")).rules.some(
        ({ hits }) => hits > 0,
      );
    await vi.waitUntil(async () => isOver() || (await isHit()), limit);
    return isHit();
  };

  const arm = async ({ moment: at }: PlannedKill, usual: Usual): Promise<void> => {
    if (at.by === "time") return;
    const skip = Math.floor(at.fraction * (usual.calls[at.cloud] ?? 0));
    await control("POST", "/faults", {
      ...{ cloud: at.cloud, path: "**", times: 1, ...(skip > 0 ? { skip } : {}) },
      // The first piece of the answer never comes to its end.
      ...(at.isCarriedOut ? { kind: "drip", milliseconds: 3_600_000 } : { kind: "hang" }),
    });
  };

  /** Kills when the moment has come and there is somebody to kill. */
  const strike = async (kill: PlannedKill, usual: Usual, { pid, ended }: Begun) => {
    let isOver = false;
    void ended.then(() => (isOver = true));
    const begun = performance.now();
    if (!(await moment(kill, usual, () => isOver))) return undefined;
    let pids = findVictims(kill.victim, pid, sandbox.home);
    // One that is not there yet never comes while the call waits for its answer.
    if (pids.length === 0) await control("DELETE", "/faults");
    await vi.waitUntil(() => isOver || (pids = findVictims(kill.victim, pid, sandbox.home)).length > 0, {
      timeout: limitMilliseconds,
      interval: 50,
    });
    if (pids.length === 0) return undefined;
    await killVictims(kill.victim, pids);
    return Math.round(performance.now() - begun);
  };

  const killed = async (
    kill: PlannedKill,
    words: readonly string[],
    usual: Usual,
  ): Promise<Ended & { killedAfter: number | undefined }> => {
    await arm(kill, usual);
    const begun = sandbox.begin("bin/rollout", ...words, ...stack);
    const killedAfter = await strike(kill, usual, begun);
    // What hangs at a cloud would hang for an hour.
    if (kill.victim !== "clouds") await control("DELETE", "/faults");
    return { ...(await begun.ended), killedAfter };
  };

  return {
    /** A rollout that nobody kills. */
    usual: async (): Promise<Usual> => {
      release("Change worker and web, and be let alone", "worker", "web");
      const [before, begun] = [await callsSoFar(), performance.now()];
      const { status, output } = await sandbox.run("bin/rollout", "up", ...stack);
      if (status !== 0) throw new Error(output);
      const [after, milliseconds] = [await callsSoFar(), performance.now() - begun];
      const calls = Object.fromEntries(
        Object.entries(after).map(([cloud, count]) => [cloud, count - (before[cloud] ?? 0)]),
      );
      return { milliseconds, calls };
    },

    play: async (kill: PlannedKill, usual: Usual): Promise<KillResult> => {
      const outputs = await outputsOf(sandbox, "staging");
      const before = await effectsIn(sandbox, outputs);
      const { words, next: nextWords } = await prepare(kill);
      const flow = startJobs(outputs, `kill ${String(kill.number)}`, 2);
      const { status, output, killedAfter } = await killed(kill, words, usual);
      const pending = pendingIn(sandbox);

      const begun = performance.now();
      const next = await sandbox.run("bin/rollout", ...nextWords, ...stack);
      const secondsOfNext = (performance.now() - begun) / 1000;
      const faults: string[] = [];
      if (next.status !== 0)
        faults.push(
          `the next rollout ended with ${String(next.status)}:\n${next.output}\nthe killed one:\n${output}`,
        );
      const jobs = await flow.end(4);
      if (jobs.lost.length > 0) faults.push(`lost jobs: ${jobs.lost.join(", ")}`);
      if (jobs.twice.length > 0) faults.push(`jobs done twice: ${jobs.twice.join(", ")}`);
      const after = await effectsIn(sandbox, outputs);
      faults.push(...surplusOf({ ...kill, status, isCutAtFly: isCutAtFly(pending, output) }, before, after));
      faults.push(...(await faultsAfter(kill, before, after)));
      return {
        ...kill,
        ...{ isLate: killedAfter === undefined, status, pending, secondsOfNext, jobs: jobs.posted },
        ...(killedAfter === undefined ? {} : { killedAfter }),
        printed: { killed: output.slice(-shown), next: next.output.slice(-shown) },
        ...{ effects: { before, after }, faults },
      };
    },
  };

  /** What is not as promised once the next rollout has ended. */
  async function faultsAfter(kill: PlannedKill, before: Effects, after: Effects): Promise<readonly string[]> {
    const faults = [...effectFaults(before, after)];
    await expectAsRecorded().catch((error: unknown) => void faults.push((error as Error).message));
    const drift = await sandbox.run("bin/rollout", "drift", ...stack);
    if (drift.status !== 0) faults.push(`drift:\n${drift.output}`);
    if (kill.kind === "rollback" || kill.turnsBack) return faults;
    const further = await sandbox.run("bin/rollout", "up", ...stack);
    if (
      further.status !== 0 ||
      !further.output.includes("Nothing has changed") ||
      /warning/.test(further.output)
    )
      faults.push(`a further rollout:\n${further.output}`);
    return faults;
  }
}
