import { leftoversOf } from "@rollout/infra/preview/find-previews";
import { holdPreviewLease } from "@rollout/infra/preview/hold-lease";
import { previewName } from "@rollout/infra/preview/names";
import type { Session } from "../command.ts";
import { isUnknownStack } from "../engine/engine-refusal.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { showEngine } from "../show-engine.ts";
import { readBase } from "./base.ts";
import { removeEnvironments } from "./remove-environments.ts";
import { openPreviewStack } from "./stack.ts";
import { endAfter, previewStackFile } from "./stack-file.ts";

export interface DownOptions {
  readonly pullRequest: number;
  readonly json: boolean;
}

/** The longest wait, of several complete rollouts, in milliseconds. */
const longest = 60 * 60_000;

/** Takes the environment of a pull request away: what its state knows, and then whatever its names show at the clouds. */
export async function downPreview(session: Session, { pullRequest, json }: DownOptions): Promise<ExitStatus> {
  const base = readBase(session);
  const name = previewName(pullRequest);
  const tell = (line: string): void => {
    if (!json)
      session.out.write(`${line}
`);
  };
  // A rollout elsewhere would make again what is removed here.
  const lease = await holdPreviewLease(base.place, base.access, pullRequest, {
    waitMilliseconds: longest,
    note: (line) => session.err.write(`${line}\n`),
  });
  const stack = openPreviewStack(
    session,
    name,
    previewStackFile(base.file, { pullRequest, gitBranch: name, expiresAt: endAfter(1, new Date()) }),
  );
  try {
    const engineText = [
      ...["destroy", "--stack", name, "--config-file", stack.configFile, "--yes", "--skip-preview"],
    ];
    const { ended, end, isInterrupted } = await showEngine(session, { stack: name, engineText, json });
    if (isInterrupted) return exitStatus.interrupted;
    if (ended.status !== 0 && !isUnknownStack(ended))
      session.err.write(
        `The engine could not take all of ${name} away; what is left goes by its name.\n${
          end.errors.join("\n") || ended.stderr.trim()
        }\n`,
      );
    const { removed, failures } = await removeEnvironments({
      look: () => leftoversOf(base.place, base.access),
      leases: new Map([[pullRequest, lease]]),
      print: tell,
    });
    if (failures.length === 0) await stack.remove();
    if (json)
      session.out.write(
        `${JSON.stringify({
          kind: "end",
          at: new Date().toISOString(),
          stack: name,
          result: failures.length === 0 ? "succeeded" : "failed",
          removed: removed.map(({ cloud, what }) => ({ cloud, what })),
          errors: failures,
        })}\n`,
      );
    else if (failures.length === 0) tell(`Nothing is left of ${name} on any cloud.`);
    else session.err.write(`${failures.join("\n")}\nThe same command again continues from here.\n`);
    return failures.length === 0 ? exitStatus.done : exitStatus.failed;
  } finally {
    await lease?.release();
    stack.close();
  }
}
