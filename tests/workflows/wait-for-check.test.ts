import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { useTestApi } from "../../infra/shared/test-api.ts";

const sha = "0".repeat(40);
const program = join(import.meta.dirname, "..", "..", ".github", "wait-for-check.mjs");

interface Run {
  readonly id: number;
  readonly name: string;
  readonly conclusion: string | null;
  readonly app: { readonly id: number };
  readonly details_url: string;
}

/** What GitHub answers to each look in turn; the last stays. */
let looks: readonly (readonly Run[])[];
let looked: number;

const { access } = useTestApi(({ url }) => {
  if (!url.includes("/check-runs")) return { status: 200, body: { statuses: [] } };
  const runs = looks[Math.min(looked, looks.length - 1)] ?? [];
  looked += 1;
  return { status: 200, body: { total_count: runs.length, check_runs: runs } };
});

/** The job `ci` of a run of a workflow, which is a check run in a suite of its own. */
const run = (id: number, conclusion: string | null): Run => ({
  ...{ id, name: "ci", conclusion, app: { id: 15368 } },
  details_url: `https://github.com/o/r/actions/runs/${String(70 + id)}/job/${String(id)}`,
});

const waitForCheck = (...answers: readonly (readonly Run[])[]) => {
  [looks, looked] = [answers, 0];
  return new Promise<{ readonly status: number | string; readonly printed: string }>((resolve) => {
    execFile(
      process.execPath,
      [program, "ci"],
      {
        env: {
          GITHUB_API_URL: access.baseUrl,
          GITHUB_REPOSITORY: "o/r",
          GITHUB_SHA: sha,
          GITHUB_TOKEN: "t",
          WAIT_SECONDS: "0.01",
        },
        timeout: 60_000,
      },
      (error, stdout, stderr) => resolve({ status: error?.code ?? 0, printed: stdout + stderr }),
    );
  });
};

it("takes the newest run of a check, where a cancelled one of the same commit stays in its suite", async () => {
  const ended = await waitForCheck(
    [run(1, "cancelled"), run(2, null)],
    [run(2, "success"), run(1, "cancelled")],
  );
  expect(ended).toEqual({ status: 0, printed: `check ci of commit ${sha} is green\n` });
  expect(looked).toBe(2);
});

it("names the run that failed and the command that runs it again", async () => {
  expect(await waitForCheck([run(1, "success"), run(2, "failure")])).toEqual({
    status: 1,
    printed:
      `check ci of commit ${sha}: expected success, found failure (https://github.com/o/r/actions/runs/72/job/2). ` +
      "Fix it and push again, or run it again: gh run rerun 72\n",
  });
});
