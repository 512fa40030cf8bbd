import { isGivenUp } from "../dynamic/given-up.ts";
import { type Repository, openGitHub } from "../github/client.ts";
import type { Access } from "../shared/cloud-access.ts";
import { whoAmI } from "../shared/machine.ts";
import { attempts, isOpen, report } from "./record.ts";
import { type End, enterEnd, enterNote } from "./records/keep.ts";
import type { RecordTrusts } from "./records/signature.ts";
import { isOlderState } from "./state-age.ts";
import { isPartialRun } from "./this-run.ts";
import * as pulumi from "@pulumi/pulumi";

export interface FailureReportArgs extends Repository {
  readonly access: Access;
  readonly environment: string;
  /** Whose entries of records count, by environment; absent for an environment that has no record. */
  readonly records?: RecordTrusts | undefined;
  /** Secret. Private keys, one of which signs how it ended. */
  readonly privateKeys: readonly string[];
  readonly commit: string;
  /** Whether GitHub is not asked: then the attempt is entered later. */
  readonly isWithoutGitHub?: boolean;
  /** Command that rolls back to the last good release; absent where none is kept. */
  readonly rollback?: string | undefined;
  /** Why no release before this one may run on the schema that it has left by now; empty where each may. */
  readonly oneWay: () => string;
  /** Whether its migrations have run by now. */
  readonly hasMigrated: () => boolean;
}

/** For every step, also the gate: prints which one failed and why, before the engine's own messages. */
export function failureNotice(): pulumi.ErrorHook {
  return notice("failure-notice");
}

/** The same for the gate, whose refusal names every reason. */
export function refusalNotice(): pulumi.ErrorHook {
  return notice("refusal-notice", Number.POSITIVE_INFINITY);
}

function notice(hook: string, lines?: number): pulumi.ErrorHook {
  return new pulumi.ErrorHook(hook, async ({ name, errors }) => {
    if (isGivenUp(errors)) return false;
    await pulumi.log.error(`${name} failed: ${failureReason(errors, lines)}`);
    // Never tried again from here: each step has its own rule for that.
    return false;
  });
}

/**
 * For every step behind the gate: the open attempt is closed as failed, on its deployment and its commit. What GitHub
 * is reported names the step and not the error, which may quote anything that a command printed.
 */
export function failureReport(args: FailureReportArgs): pulumi.ErrorHook {
  let isReported = false;
  return new pulumi.ErrorHook("failure-report", async ({ name, failedOperation, errors }) => {
    // The engine calls error hooks in previews too; those must not close an attempt that is under way.
    if (pulumi.runtime.isDryRun() || isGivenUp(errors)) return false;
    if (isPartialRun(errors) || isOlderState(errors)) return false;
    if (args.isWithoutGitHub) return false;
    if (args.rollback !== undefined && !isReported)
      await pulumi.log.info(`the last good release again: ${args.rollback}`);
    isReported = true;
    try {
      const github = await openGitHub(args.access);
      // A rollout that another one has taken over from fails as well, and must not end that one's attempt.
      const isOurs = ({ commit }: { readonly commit: string }): boolean => commit === args.commit;
      const end: End = {
        result: "failure",
        description: `${name} failed (${failedOperation})`,
        ...(args.oneWay() === "" ? {} : { oneWay: args.oneWay() }),
        migrated: args.hasMigrated(),
      };
      const writer = args.records && {
        github,
        place: { ...args, records: args.records },
        privateKeys: args.privateKeys,
      };
      if (writer) await enterEnd(writer, end, isOurs);
      // Deletes come last, when the record is closed: the release is live and something that it replaces is left.
      if (failedOperation === "delete" && writer)
        await enterNote(writer, {
          by: whoAmI(),
          event: "leftover",
          description: `${name} could not be deleted`,
        });
      const told = await attempts(github, args, args.environment, 5);
      const open = told.find((each) => isOpen(each) && isOurs(each));
      if (open)
        await report(github, {
          ...args,
          commit: open.commit,
          deploymentId: open.deploymentId,
          state: "failure",
          description: `${name} failed (${failedOperation})`,
        });
    } catch (error) {
      await pulumi.log.warn(
        `the failed rollout could not be reported to GitHub: ${(error as Error).message}`,
      );
    }
    return false;
  });
}

/** How many lines of an error are a reason; all of it stands under the step itself. */
const fewLines = 12;

/** A line of a stack trace, which only helps who knows this program. */
const frame = /^\s+at .+[:(]\d+/;

/**
 * The reason in the errors that the engine hands to a hook, newest first: without its wrapping, and short. Of a command that
 * printed much, what failed is its first line here and its last ones.
 */
export function failureReason(errors: readonly string[], lines = fewLines): string {
  const text = (errors[0] ?? "").replace(/^\d+ errors? occurred:\s*\*\s*/, "").trim();
  const all = text.split("\n").filter((line) => !frame.test(line));
  const shown = all.length > lines ? [...all.slice(0, 1), "…", ...all.slice(-(lines - 2))] : all;
  return shown.join("\n") || "no reason given";
}
