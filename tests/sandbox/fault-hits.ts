import { vi } from "vitest";
import { readFaults } from "../../sandbox/cli/faults.ts";
import { openHome } from "../../sandbox/home.ts";
import type { Sandbox } from "./sandbox.ts";

/** Whether a call has met a rule of the sandbox's faults; read from its files, since a test asks often. */
export function isFaultHit({ home }: Sandbox): boolean {
  return readFaults(openHome("", home)).rules.some(({ hits }) => hits > 0);
}

/** Makes the next call to a cloud wait, and settles when it has come: the rollout is in the middle of its steps then. */
export async function holdCall(
  sandbox: Sandbox,
  [cloud, method, path]: readonly [string, string, string],
  milliseconds: number,
): Promise<() => Promise<void>> {
  const call = ["--cloud", cloud, "--method", method, "--path", path];
  await sandbox.read(
    "faults",
    "add",
    ...call,
    "--kind",
    "delay",
    "--milliseconds",
    String(milliseconds),
    "--times",
    "1",
  );
  return async () => {
    await vi.waitUntil(() => isFaultHit(sandbox), { timeout: 240_000, interval: 50 });
  };
}
