import { describe, expect, it } from "vitest";
import type { JobPlace } from "./job-count.ts";
import { startJobs } from "./numbered-jobs.ts";
import { postPlan, waitForPlan } from "./observe.ts";
import { ask, stagingIn } from "./staging.ts";
import type { SandboxOfTests } from "./use-sandbox.ts";
import { loadWeb } from "./web-load.ts";

export interface RotationChapter extends Pick<SandboxOfTests, "sandbox"> {
  readonly place: () => JobPlace;
}

const role = "atlaris_staging_app";
const rotation = ["bin/rollout", "rotate", "application-password", "--stack", "staging"];

/** The application's password is rotated under load: killed half-way, and run again. */
export function rotationChapter({ sandbox, place }: RotationChapter): void {
  const { outputs } = stagingIn(sandbox);

  /** Of the role and its logins, those that can log in. */
  const logins = async (): Promise<readonly unknown[]> =>
    ask(
      place().databaseUrl,
      `SELECT rolname AS name FROM pg_roles WHERE starts_with(rolname, '${role}') AND rolcanlogin`,
    );

  /** Whether a worker or the web works by a login of a rotation already. */
  const isUsed = async (): Promise<boolean> => {
    const sessions = `SELECT FROM pg_stat_activity WHERE starts_with(usename, '${role}_')`;
    return (await ask(place().databaseUrl, sessions)).length > 0;
  };

  describe("a rotation of the application's password that is killed half-way", () => {
    it(
      "and run again fails no request and no job, and ends the password before",
      { timeout: 600_000 },
      async () => {
        const { webUrl, smokeApiKey } = place();
        const before = await outputs();
        const planId = await postPlan(webUrl, smokeApiKey, "Bread");
        await waitForPlan(webUrl, smokeApiKey, planId);
        const load = loadWeb(`${webUrl}/api/plans/${planId}`, { authorization: `Bearer ${smokeApiKey}` });
        const flow = startJobs(place(), "rotation job", 4, { regenerates: true });

        await sandbox.runUntil(isUsed, ...rotation);
        expect(await logins()).toHaveLength(2);
        await expect(ask(before.applicationDatabaseUrl, "SELECT count(*) FROM plans")).resolves.toHaveLength(
          1,
        );

        const { status, output } = await sandbox.run(...rotation);
        expect(status, output).toBe(0);
        expect(output).toContain("has not succeeded yet: it is finished, and no version counted up");
        const count = await flow.end(20);
        const { requests, failures } = await load.stop();
        console.log(
          `rotation: ${String(count.posted)} jobs of each queue, ${String(count.lost.length)} lost; ` +
            `${String(requests)} requests, ${String(failures.length)} failed`,
        );
        expect(failures).toEqual([]);
        expect(requests).toBeGreaterThan(100);
        expect(count).toMatchObject({ refused: [], lost: [], twice: [] });

        const after = await outputs();
        await expect(ask(before.applicationDatabaseUrl, "SELECT 1")).rejects.toThrow(
          /password authentication failed|not permitted to log in/,
        );
        await expect(ask(after.applicationDatabaseUrl, "SELECT count(*) FROM plans")).resolves.toHaveLength(
          1,
        );
        expect(await logins()).toEqual([{ name: new URL(after.applicationDatabaseUrl).username }]);
        const list = await sandbox.read("bin/rollout", "rotate", "--list", "--stack", "staging", "--json");
        expect(list).toMatch(/"application-password".*"version":"2"/);
      },
    );
  });
}
