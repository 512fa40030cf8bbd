import { vi } from "vitest";
import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";
import { callsOf } from "./story.ts";

/** A lease as another machine would hold it, written through GitHub's own API. */
export interface ForeignLease {
  write(state: "held" | "free", renewedAt: Date): Promise<void>;
  /** Settles when somebody has looked at it. */
  seen(): Promise<void>;
}

const git = "/repos/atlaris/atlaris/git";

export function foreignLease(sandbox: Sandbox, environment: string): ForeignLease {
  const ref = `rollouts/${environment}/lease`;
  const looks = (): Promise<number> => callsOf(sandbox, "GET /repos/{owner}/{repo}/git/ref/{ref}");
  let before = 0;
  return {
    write: async (state, renewedAt) => {
      before = await looks();
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
      // One look is that of our own write.
      await vi.waitUntil(async () => (await looks()) >= before + 2, { timeout: 120_000, interval: 200 });
    },
  };
}
