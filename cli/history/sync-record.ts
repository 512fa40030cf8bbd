import { enterLater } from "@rollout/infra/rollout/enter-later";
import type { Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { recordWriter } from "../record-writer.ts";
import { readKeptRollbacks } from "./kept-record.ts";
import { openRecorded } from "./recorded.ts";

/** Enters the rollbacks that ran while GitHub did not answer, with deployment and status. */
export async function syncRecord(session: Session, stack: string, json: boolean): Promise<ExitStatus> {
  const { out } = session;
  const opened = await openRecorded(session, stack);
  const { environment } = opened.onGitHub;
  const { rollbacks, ends } = await readKeptRollbacks(session, stack);
  const writer = recordWriter(session, stack, opened);
  let entered = 0;
  for (const rollback of rollbacks) {
    const { id, at, by, reason } = rollback.outage;
    const isNew = await enterLater(
      writer,
      rollback,
      ends.find((end) => end.id === id),
    );
    if (!isNew) continue;
    entered += 1;
    if (!json)
      out.write(
        `Entered: the rollback of ${environment} to #${String(rollback.returnsTo)} of ${at} by ${by} (${reason}).\n`,
      );
  }
  if (json) out.write(`${JSON.stringify({ environment, entered })}\n`);
  else if (entered === 0) out.write(`The record of ${environment} lacks nothing that ran without GitHub.\n`);
  return exitStatus.done;
}
