import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../user-error.ts";
import { runWorkflow, type RanJob } from "../workflows/run-workflow.ts";
import { placeOf, requireWorkflow } from "../workflows/repository.ts";
import { readWorkflow, workflowsFolder } from "../workflows/workflow.ts";
import type { Sandbox } from "./sandbox.ts";

const file = "ci.yml";

/** Reports to the sandbox's GitHub how CI stands: a state, and a few words for it. */
export type Tell = (state: "pending" | "success" | "failure", description: string) => Promise<unknown>;

/**
 * Runs the steps of ci.yml on the checked-out commit, in the user's own environment, and reports to GitHub how they ended.
 * Gives whether all of it is green.
 */
export async function runCi(
  { checkout, home, environment }: Sandbox,
  commit: string,
  repository: string,
  tell: Tell,
): Promise<boolean> {
  const git = (...words: readonly string[]): string =>
    execFileSync("git", words, { cwd: checkout, encoding: "utf8", stdio: "pipe" }).trim();
  const place = placeOf(checkout);
  // Other folders of a monorepo may differ: what runs is the project's.
  if (git("status", "--porcelain", "--", ".", `:(top)${workflowsFolder.replaceAll("\\", "/")}`) !== "")
    throw new UserError(
      `CI speaks of a commit, and this tree differs from ${commit.slice(0, 12)}. Commit it first: git commit`,
      2,
    );
  requireWorkflow(place, file);
  const workflow = readWorkflow(place.repository, file);
  const folder = mkdtempSync(join(home.folder, "ci-"));
  try {
    await tell("pending", `runs ${file}`);
    const jobs = await runWorkflow({
      checkout: place.repository,
      workflow,
      event: {
        name: "push",
        ref: `refs/heads/${git("branch", "--show-current") || "HEAD"}`,
        sha: commit,
        repository,
      },
      secrets: {},
      environment,
      folder,
      onOutput: (text) => process.stdout.write(text),
    });
    const failed = failedIn(jobs);
    await tell(
      failed === undefined ? "success" : "failure",
      failed === undefined ? `ran ${file}` : `ran ${file}; it failed at: ${failed}`,
    );
    return failed === undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Job and step of the first failure. */
function failedIn(jobs: Readonly<Record<string, RanJob>>): string | undefined {
  for (const [id, { result, steps }] of Object.entries(jobs))
    if (result === "failure")
      return `${id}, ${steps.find((step) => step.result === "failure")?.name ?? "its condition"}`;
  return undefined;
}
