import { explained } from "@rollout/infra/dynamic/explain-error";
import { watchingCalls } from "@rollout/infra/shared/cloud-calls";
import { CopyRefused } from "@rollout/infra/rollout/records/copy";
import { RecordRefused } from "@rollout/infra/rollout/records/read-record";
import type { Session } from "./command.ts";
import { isDiskFull } from "./disk-full.ts";
import type { ExitStatus } from "./exit-status.ts";
import { exitStatus } from "./exit-status.ts";
import { UsageError } from "./usage-error.ts";

/** Runs a command that calls the clouds itself. What one of them refuses is reported in its words, with what helps. */
export async function reportFailures({ err }: Session, work: () => Promise<ExitStatus>): Promise<ExitStatus> {
  try {
    return await watchingCalls(work, explained);
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    if (isDiskFull(error)) throw error;
    if (error instanceof RecordRefused || error instanceof CopyRefused) {
      err.write(`${error.message}\n`);
      return exitStatus.refused;
    }
    // Without a cause it is a fault of ours, whose place in the program is of use.
    const isReported =
      error.cause !== undefined || ["ApiError", "GitHubError", "NoAnswer"].includes(error.name);
    err.write(`${isReported ? error.message : (error.stack ?? error.message)}\n`);
    return exitStatus.failed;
  }
}
