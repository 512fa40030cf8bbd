import type { Session } from "../command.ts";
import type { Colors } from "./colors.ts";
import type { RolloutEnd } from "./rollout-progress.ts";
import { duration } from "./view.ts";

/** How a rollout can end. */
export type Result =
  | "succeeded"
  | "not live"
  | "not cleaned up"
  | "failed"
  | "refused"
  | "interrupted"
  | "unavailable"
  | "unusable";

export interface Closing {
  readonly stack: string;
  /** The command that does it again. */
  readonly again: string;
  readonly result: Result;
  readonly seconds: number;
  readonly end: RolloutEnd;
  /** What of the release that is called live does not run; nothing where it was not looked at. */
  readonly faults?: readonly string[];
  /** What ended the engine, where it did not end on its own. */
  readonly signal?: NodeJS.Signals | null | undefined;
  /** Whether what follows a failure is reported by the rollback. */
  readonly isRolledBack?: boolean;
}

/** What stands at the end of a rollout: how it ended, why, and what one does next. */
export function printSummary({ out, err }: Session, colors: Colors, closing: Closing): void {
  const { stack, again, result, seconds, end } = closing;
  const time = duration(seconds);
  const reasons = end.errors.map((error) => `${error}\n`).join("");
  switch (result) {
    case "succeeded":
      out.write(`\n${colors.bold(colors.green(succeeded(stack, time, end)))}\n${outputs(end)}`);
      return;
    case "not live":
      err.write(
        `\n${colors.bold(colors.red(`Nothing has changed since ${named(end)} was rolled out to ${stack}, and it does not run as it should (${time}).`))}\n` +
          (closing.faults ?? []).map((fault) => `${fault}\n`).join("") +
          `See what was changed: bin/rollout drift --stack ${stack}. Repair it: bin/rollout up --stack ${stack} --refresh\n`,
      );
      return;
    case "not cleaned up":
      err.write(
        `\n${colors.bold(colors.red(`${named(end)} is live on ${stack}, after ${time}; what it replaces could not be deleted${at(end)}.`))}\n${reasons}` +
          `Nothing is rolled back. After fixing the cause, the next rollout deletes it: ${again}\n`,
      );
      return;
    case "refused":
      err.write(
        `\n${colors.bold(colors.red(`Refused by the gate of ${stack}; nothing was written.`))}\n${reasons}`,
      );
      return;
    case "unavailable":
      err.write(`${reasons}Nothing was changed. The same command tries it again: ${again}\n`);
      return;
    case "unusable":
      err.write(reasons);
      return;
    case "interrupted":
      err.write(
        `\n${colors.bold(`Interrupted after ${time}.`)} What was begun is known to the next rollout: ` +
          `${again} continues from here.\n${reasons}`,
      );
      return;
    case "failed":
      err.write(
        `\n${colors.bold(colors.red(`Failed after ${time}${at(end)}.`))}\n${reasons}` +
          whatEndedIt(closing) +
          (closing.isRolledBack ? "" : `Fix the cause and run it again: ${again}\n`),
      );
  }
}

/** Of an engine that printed nothing any more. */
function whatEndedIt({ signal, end: { errors, runningSteps } }: Closing): string {
  if (errors.length > 0 || !signal) return "";
  const during = runningSteps.length > 0 ? ` during ${runningSteps.join(" and ")}` : "";
  return `pulumi was ended from outside (${signal})${during}. What was begun may have taken effect: the next rollout looks.\n`;
}

function succeeded(stack: string, time: string, end: RolloutEnd): string {
  const { changes } = end;
  const changed = Object.entries(changes).filter(([operation]) => operation !== "same");
  const what = changed.map(([operation, count]) => `${count} ${past(operation)}`).join(", ");
  const name = named(end);
  return changed.length === 0
    ? `Nothing has changed: ${name} is live on ${stack} already (${time}).`
    : `${name} is live on ${stack}, after ${time}: ${what}.`;
}

function named({ outputs: { release } }: RolloutEnd): string {
  return typeof release === "string"
    ? `Release ${release.replace(/^([0-9a-f]{12})[0-9a-f]{28}/, "$1")}`
    : "It";
}

function past(operation: string): string {
  if (operation === "read") return operation;
  return operation.endsWith("e") ? `${operation}d` : `${operation}ed`;
}

function at({ failedSteps }: RolloutEnd): string {
  return failedSteps.length > 0 ? ` at ${failedSteps.join(" and ")}` : "";
}

/**
 * The address, what a rehearsal found, and how the smoke test went: the one before, where nothing that it tests is
 * another.
 */
function outputs({ outputs: { webUrl, rehearsal, smoke }, begunSteps }: RolloutEnd): string {
  const lines = [
    ...(typeof webUrl === "string" ? [webUrl] : []),
    // What an earlier rollout rehearsed is no news.
    ...(typeof rehearsal === "string" && begunSteps.includes("rehearsal") ? [rehearsal] : []),
    ...(typeof smoke === "string"
      ? [begunSteps.includes("smoke") ? smoke : `${smoke}, and not again: what it tests is the same`]
      : []),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
