import { beforeEach, describe, expect, it, vi } from "vitest";
import type { HeldLease } from "./lease/held-lease.ts";

/** One process serves one run: each test has a module of its own. */
const newRun = async () => {
  vi.resetModules();
  const [run, lease] = await Promise.all([import("./this-run.ts"), import("./lease/current-lease.ts")]);
  return { ...run, ...lease };
};
type Run = Awaited<ReturnType<typeof newRun>>;
let run: Run;
beforeEach(async () => {
  run = await newRun();
});

const held = { assertHeld: () => undefined } as unknown as HeldLease;
const reachAll = (): void => {
  for (const step of ["rollout/gate", "rollout/attempt"]) run.noteReached(step);
};

describe("a step of a run", () => {
  it("that has left out gate or record is refused, and both name what is missing", async () => {
    await expect(run.requireGate("fly/app")).rejects.toThrow("this run left out gate and attempt");
    await expect(run.requireGate("rollout/attempt")).rejects.toThrow("this run left out gate,");
    await expect(run.requireGate("rollout/gate")).resolves.toBeUndefined();
    run.noteReached("rollout/gate");
    await expect(run.requireGate("fly/app")).rejects.toThrow("this run left out attempt,");
  });

  it("passes the gate first where that had nothing to do, once for all steps", async () => {
    const pass = vi.fn(async () => run.setCurrentLease(held));
    reachAll();
    run.noteGate(pass);
    await Promise.all(["fly/app", "vercel/variable"].map((path) => run.requireGate(path)));
    await run.requireGate("fly/deployment");
    expect(pass).toHaveBeenCalledOnce();
  });

  it("does not act where the gate refuses", async () => {
    reachAll();
    run.noteGate(() => Promise.reject(new Error("production is frozen")));
    await expect(run.requireGate("fly/app")).rejects.toThrow("production is frozen");
    await expect(run.requireGate("fly/app")).rejects.toThrow("production is frozen");
  });

  it("does not act once another rollout has the lease", async () => {
    reachAll();
    const assertHeld = (): never => {
      throw new Error("another rollout has taken over");
    };
    run.setCurrentLease({ ...held, assertHeld });
    await expect(run.requireGate("fly/app")).rejects.toThrow("another rollout has taken over");
  });
});
