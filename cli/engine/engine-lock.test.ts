import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { stackLock } from "./engine-lock.ts";

const locked = (by: string): string =>
  "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock " +
  `file with \`pulumi cancel\`.\n  file:///state/.pulumi/locks/organization/atlaris/staging/1.json: created by ${by} at 2026-03-01T12:00:00Z\n`;

describe("the lock of a stack", () => {
  it.each([
    ["a living process here", locked(`ada@${hostname()} (pid 7)`), true, false],
    ["a process here that is gone", locked(`ada@${hostname()} (pid 7)`), false, true],
    ["a process elsewhere, of which nothing is known", locked("ada@another (pid 7)"), false, false],
  ])("is told to be held by %s", (_name, stderr, lives, isDead) => {
    const found = stackLock({ status: 255, stderr }, () => lives);
    expect(found).toMatchObject({ isDead });
    expect(found?.holder).toMatch(/^ada@\S+ \(process 7\) since 2026-03-01T12:00:00Z$/);
  });

  it("is seen at Pulumi Cloud too, and in no other failure", () => {
    const conflict = "error: [409] Conflict: Another update is currently in progress.";
    expect(stackLock({ status: 255, stderr: conflict })).toMatchObject({ isDead: false });
    expect(stackLock({ status: 255, stderr: "error: no stack named 'x' found" })).toBeUndefined();
    expect(stackLock({ status: 0, stderr: locked("ada@another (pid 7)") })).toBeUndefined();
  });
});
