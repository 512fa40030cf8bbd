import { openGitHub } from "@rollout/infra/github/client";
import { readRecord, RecordRefused } from "@rollout/infra/rollout/records/read-record";
import { chooseSigner } from "@rollout/infra/rollout/records/signature";
import type { Check, Finding } from "../../stacks/doctor/check.ts";
import { fails, holds } from "../../stacks/doctor/check.ts";
import type { DoctorContext } from "../../stacks/doctor/context.ts";
import { recordKeyFaults, recordTrusts } from "../../stacks/settings/record-trusts.ts";
import type { Session } from "../command.ts";
import { privateKeysOf } from "../record-writer.ts";

/** Whether the record counts, and whether this machine or job may sign it. None for a pull request's environment. */
export function signingChecks(
  session: Session,
  { stack, kind, settings, access }: DoctorContext,
): readonly Check[] {
  const records = recordTrusts(kind, settings);
  if (!records) return [];
  const make = `bin/rollout signing-key --stack ${stack}`;
  const look = async (): Promise<Finding> => {
    const [fault] = recordKeyFaults(stack, kind, settings);
    if (fault !== undefined) return fails(...splitFix(fault));
    const { environment } = kind;
    const { owner, repository } = settings.github;
    try {
      const chain = await readRecord(await openGitHub(access.github), {
        owner,
        repository,
        environment,
        records,
      });
      const trust = records[environment] ?? { keys: [] };
      const { id } = chooseSigner(privateKeysOf(session, stack), chain.length + 1, trust, environment);
      return holds(`every entry counts, and ${id} signs the next one, entry ${String(chain.length + 1)}`);
    } catch (error) {
      if (error instanceof RecordRefused)
        return fails(
          error.message.split("\n").slice(0, 2).join(" "),
          `bin/rollout history --stack ${stack} --verify`,
        );
      // What GitHub answers is no verdict about keys.
      if ((error as Error).name !== "Error") throw error;
      return fails((error as Error).message, make);
    }
  };
  return [{ name: "record", look }];
}

/** The fault, and the command that stands behind it. */
function splitFix(fault: string): readonly [found: string, fix: string] {
  const [found = fault, fix = ""] = fault.split(". Make one: ");
  return [found, fix];
}
