import { vi } from "vitest";
import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

/** A lease as another machine would hold it, written through GitHub's own API. */
export interface ForeignLease {
  write(state: "held" | "free", renewedAt: Date): Promise<void>;
  /** Settles when it was looked at. */
  seen(): Promise<void>;
  /** How often calls met a rule of the sandbox. */
  looks(): Promise<number>;
  /** The commit that it is at. */
  sha(): Promise<string>;
}

const git = "/repos/atlaris/atlaris/git";

export function foreignLease(sandbox: Sandbox, environment: string): ForeignLease {
  const ref = `heads/rollouts/${environment}/lease`;
  const looks = async (): Promise<number> => {
    const { rules } = JSON.parse(await sandbox.read("faults", "--json")) as {
      readonly rules: readonly { readonly hits: number }[];
    };
    return rules.reduce((sum, { hits }) => sum + hits, 0);
  };
  const sha = async (): Promise<string> => {
    const path = `${git}/ref/${ref}`;
    return (await callCloud<{ object: { sha: string } }>(sandbox, "github", "GET", path)).object.sha;
  };
  return {
    looks,
    sha,
    write: async (state, renewedAt) => {
      const before = await sha();
      const lease = {
        ...{ schema: 1, state, token: "another", commit: "0".repeat(40), by: "ada@elsewhere" },
        ...{
          machine: "elsewhere 1",
          pid: 1,
          since: renewedAt.toISOString(),
          renewedAt: renewedAt.toISOString(),
        },
      };
      const made = await callCloud<{ sha: string }>(sandbox, "github", "POST", `${git}/commits`, {
        message: JSON.stringify(lease),
        tree: "0".repeat(40),
        parents: [before],
      });
      await callCloud(sandbox, "github", "PATCH", `${git}/refs/${ref}`, { sha: made.sha, force: false });
    },
    seen: async () => {
      // A rule that only the reading of a lease meets, and that changes nothing.
      const reading = ["--cloud", "github", "--method", "GET", "--path", "/repos/*/*/git/ref/**lease"];
      await sandbox.read("faults", "add", ...reading, "--kind", "delay", "--milliseconds", "1");
      await vi.waitUntil(async () => (await looks()) > 0, { timeout: 120_000, interval: 500 });
      await sandbox.read("faults", "clear");
    },
  };
}
