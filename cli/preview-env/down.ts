import { findPreviews } from "@atlaris/infra/preview/find-previews";
import { previewName } from "@atlaris/infra/preview/names";
import { atWorkOn } from "@atlaris/infra/preview/on-github";
import { waitUntil } from "@atlaris/infra/shared/wait-until";
import type { Session } from "../command.ts";
import { isUnknownStack } from "../engine/engine-refusal.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { showEngine } from "../show-engine.ts";
import type { Base } from "./base.ts";
import { readBase } from "./base.ts";
import { openPreviewStack } from "./stack.ts";
import { endAfter, previewStackFile } from "./stack-file.ts";
import { takeAway } from "./take-away.ts";

export interface DownOptions {
  readonly pullRequest: number;
  readonly json: boolean;
}

/** Nobody waits longer than several whole rollouts, in milliseconds. */
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
  await untilNobodyWorks(session, base, pullRequest);
  const stack = openPreviewStack(
    session,
    name,
    previewStackFile(base.file, { pullRequest, gitBranch: name, expiresAt: endAfter(1, new Date()) }),
  );
  try {
    const engineWords = [
      ...["destroy", "--stack", name, "--config-file", stack.configFile, "--yes", "--skip-preview"],
    ];
    const { ended, end, isInterrupted } = await showEngine(session, { stack: name, engineWords, json });
    if (isInterrupted) return exitStatus.interrupted;
    if (ended.status !== 0 && !isUnknownStack(ended))
      session.err.write(
        `The engine could not take all of ${name} away; what is left goes by its name.\n${
          end.errors.join("\n") || ended.stderr.trim()
        }\n`,
      );
    const { found } = await findPreviews(base.place, base.access, new Date());
    const { removed, failures } = await takeAway(
      found.find((each) => each.pullRequest === pullRequest)?.leftovers ?? [],
      tell,
    );
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
    else session.err.write(`${failures.join("\n")}\nThe same command again goes on from here.\n`);
    return failures.length === 0 ? exitStatus.done : exitStatus.failed;
  } finally {
    stack.close();
  }
}

/** A rollout elsewhere would make anew what is taken away here; one that was killed is noticed within a minute. */
async function untilNobodyWorks(
  { err }: Session,
  { place, access }: Base,
  pullRequest: number,
): Promise<void> {
  let told = "";
  await waitUntil(
    {
      what: `${previewName(pullRequest)} to be left alone`,
      limitMilliseconds: longest,
      firstPauseMilliseconds: 1_000,
      longestPauseMilliseconds: 5_000,
    },
    async () => {
      const holder = await atWorkOn(place, access, pullRequest);
      if (holder === undefined) return { done: undefined };
      if (holder !== told) err.write(`waiting in line behind ${holder}\n`);
      told = holder;
      return { notYet: `${holder} is at work on it` };
    },
  );
}
