import { vi } from "vitest";
import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

/** A lease as another machine would hold it, written through GitHub's own API. */
export interface ForeignLease {
  write(state: "held" | "free", renewedAt: Date): Promise<void>;
  /** Settles when it was looked at. */
  seen(): Promise<void>;
}

const git = "/repos/atlaris/atlaris/git";

export function foreignLease(sandbox: Sandbox, environment: string): ForeignLease {
  const ref = `heads/rollouts/${environment}/lease`;
  /** How often a rule of the sandbox was met that only the reading of a lease meets, and that changes nothing. */
  const looks = async (): Promise<number> => {
    const { rules } = JSON.parse(await sandbox.read("faults", "--json")) as {
      readonly rules: readonly { readonly hits: number }[];
    };
    return rules.reduce((sum, { hits }) => sum + hits, 0);
  };
  return {
    write: async (state, renewedAt) => {
      const { object } = await callCloud<{ object: { sha: string } }>(
        sandbox,
        "github",
        "GET",
        `${git}/ref/${ref}`,
      );
      const lease = {
        ...{ schema: 1, state, token: "another", commit: "0".repeat(40), by: "ada@elsewhere" },
        ...{
          machine: "elsewhere 1",
          pid: 1,
          since: renewedAt.toISOString(),
          renewedAt: renewedAt.toISOString(),
        },
      };
      const { sha } = await callCloud<{ sha: string }>(sandbox, "github", "POST", `${git}/commits`, {
        message: JSON.stringify(lease),
        tree: "0".repeat(40),
        parents: [object.sha],
      });
      await callCloud(sandbox, "github", "PATCH", `${git}/refs/${ref}`, { sha, force: false });
    },
    seen: async () => {
      const reading = ["--cloud", "github", "--method", "GET", "--path", "/repos/*/*/git/ref/**lease"];
      await sandbox.read("faults", "add", ...reading, "--kind", "delay", "--milliseconds", "1");
      await vi.waitUntil(async () => (await looks()) > 0, { timeout: 120_000, interval: 500 });
      await sandbox.read("faults", "clear");
    },
  };
}
