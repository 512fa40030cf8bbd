import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { stackLock } from "./engine-lock.ts";

const locked = (by: string): string =>
  "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock " +
  `file with \`pulumi cancel\`.\n  file:///state/.pulumi/locks/organization/shop/staging/1.json: created by ${by} at 2026-03-01T12:00:00Z\n`;
const here = locked(`ada@${hostname()} (pid 7)`);
const lockOf = (stderr: string, known: { readonly isDead?: boolean; readonly isAlive?: boolean } = {}) =>
  stackLock({ status: 255, stderr }, "staging", {
    isDead: () => known.isDead ?? false,
    isProcessAlive: () => known.isAlive ?? false,
  });

describe("the lock of a stack", () => {
  it("of an engine that was noted on this machine and is gone is a dead one's", () => {
    expect(lockOf(here, { isDead: true })).toEqual({
      holder: `ada@${hostname()} (process 7) since 2026-03-01T12:00:00Z`,
      isDead: true,
    });
  });

  it("of another container with the same host name is waited for, with what to do if it is dead", () => {
    expect(lockOf(here)).toEqual({
      holder: `ada@${hostname()} (process 7) since 2026-03-01T12:00:00Z`,
      isDead: false,
      advice:
        "no such process runs here, and it may be in another container with this host name. " +
        "If it is dead: pulumi cancel --yes --stack staging",
    });
  });

  it("of a living process here is waited for", () => {
    const found = lockOf(here, { isAlive: true });
    expect(found).toEqual({
      holder: `ada@${hostname()} (process 7) since 2026-03-01T12:00:00Z`,
      isDead: false,
    });
  });

  it("of another machine is waited for, with the command for when that machine is gone", () => {
    expect(lockOf(locked("ada@another (pid 7)"), { isAlive: true })).toEqual({
      holder: "ada@another (process 7) since 2026-03-01T12:00:00Z",
      isDead: false,
      advice: "it runs on another machine. If that one is gone: pulumi cancel --yes --stack staging",
    });
  });

  it("is seen at Pulumi Cloud too, and in no other failure", () => {
    const conflict = "error: [409] Conflict: Another update is currently in progress.";
    expect(lockOf(conflict)).toMatchObject({ isDead: false });
    expect(lockOf("error: no stack named 'x' found")).toBeUndefined();
    expect(stackLock({ status: 0, stderr: locked("ada@another (pid 7)") }, "staging")).toBeUndefined();
  });
});
