import { performance } from "node:perf_hooks";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { EngineEnd } from "../engine/run-pulumi.ts";
import { runPulumi } from "../engine/run-pulumi.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { requireKnownStack } from "../known-stack.ts";
import { colorsFor } from "../progress/colors.ts";
import { jsonLines } from "../progress/json-lines.ts";
import { liveView } from "../progress/live-view.ts";
import { plainLines } from "../progress/plain-lines.ts";
import type { RolloutEnd } from "../progress/rollout-progress.ts";
import { followRollout } from "../progress/rollout-progress.ts";
import type { View } from "../progress/view.ts";
import { closingWords } from "../progress/closing-words.ts";
import { unlessEngineRefused } from "../engine/engine-refusal.ts";
import { inLine } from "../engine/in-line.ts";
import { countInterrupts } from "../interrupts.ts";

const help = `bin/rollout up --stack STACK [--refresh] [--json]

Rolls the checked-out release out, as pulumi up does, without a question and with its progress: each step as it is
over, and below, while they run, time and last line of the others. Behind another rollout of the same stack it waits in
line, says behind whom and since when, and starts by itself.

  --stack, -s STACK   where: staging or prod
  --refresh           look first at what is really there, and mend what was changed by hand
  --json              one JSON object a line: {"at", "kind": "started|line|done|failed|warning", "step", …}, and at
                      the end {"kind": "end", "result": "succeeded|failed|refused|interrupted|unusable", …}

Ctrl-C ends it after the steps under way; twice, at once. The same command again goes on from there.

  bin/sandbox bin/rollout up --stack staging           try it on this machine, without an account
  bin/rollout up --stack staging                       in the real clouds, with their tokens in the environment
  bin/rollout up --stack staging --refresh             mend what was changed by hand
  bin/rollout up --stack staging --json | tail -n 1    for a script: how it ended, with the steps that failed

Exit status: 0 done, 1 failed, 2 wrong use or settings, nothing was started, 3 refused by the gate, nothing was
written, 130 interrupted.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("up", words, {
    stack: { type: "string", short: "s" },
    refresh: { type: "boolean" },
    json: { type: "boolean" },
  });
  const stack = requireStack("up", options.stack);
  requireKnownStack(session.checkout, "up", stack);
  const now = (): number => performance.now();
  const begun = now();
  const view = viewFor(session, options.json, now);
  const interrupts = countInterrupts(now, (count) => {
    if (count === 1) session.err.write("Stopping after the steps under way; Ctrl-C again stops at once.\n");
  });
  const engineWords = [
    "up",
    "--stack",
    stack,
    "--yes",
    "--skip-preview",
    ...(options.refresh ? ["--refresh"] : []),
  ];
  const { ended, end } = await inLine(session, stack, view, interrupts, async () => {
    const engine = await runPulumi(session.checkout, engineWords, session.environment);
    interrupts.passOn(() => engine.interrupt());
    const progress = followRollout(now);
    for await (const event of engine.events) for (const change of progress.apply(event)) view.show(change);
    return { ended: await engine.ended, end: progress.end() };
  });
  view.close();
  if (interrupts.count() === 0) unlessEngineRefused(stack, ended, end);
  const result = resultOf(end, ended, interrupts.count() > 0);
  const seconds = (now() - begun) / 1000;
  if (options.json)
    session.out.write(
      `${JSON.stringify({ kind: "end", at: new Date().toISOString(), stack, result, seconds, ...end })}\n`,
    );
  else
    closingWords(session, colorsFor(session.out.isTTY, session.environment), {
      stack,
      result,
      seconds,
      end,
      signal: ended.signal,
    });
  return statusOf[result];
}

/** How a rollout can end. */
export type Result = "succeeded" | "failed" | "refused" | "interrupted" | "unusable";

const statusOf: Readonly<Record<Result, ExitStatus>> = {
  succeeded: exitStatus.done,
  failed: exitStatus.failed,
  refused: exitStatus.refused,
  interrupted: exitStatus.interrupted,
  unusable: exitStatus.usage,
};

function resultOf(end: RolloutEnd, ended: EngineEnd, interrupted: boolean): Result {
  if (ended.status === 0 && end.engineResult === "succeeded") return "succeeded";
  if (interrupted) return "interrupted";
  if (end.failedSteps.length === 1 && end.failedSteps[0] === "gate") return "refused";
  return end.acted ? "failed" : "unusable";
}

function viewFor({ out, environment }: Session, json: boolean, now: () => number): View {
  if (json) return jsonLines(out, () => new Date());
  return out.isTTY && environment["TERM"] !== "dumb"
    ? liveView(out, colorsFor(true, environment), now)
    : plainLines(out, now);
}

export const up: Command = { summary: "rolls the checked-out release out, showing each step", help, run };
