import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import type { Health } from "@rollout/infra/rollout/incident/health";
import { shortRelease } from "../history/table.ts";
import { duration } from "../progress/view.ts";

/** What is reported of a rollout that failed and was rolled back, or was not. */
export interface Evidence {
  readonly stack: string;
  readonly environment: string;
  readonly failed: Attempt;
  readonly to: Attempt;
  readonly failedSteps: readonly string[];
  readonly errors: readonly string[];
  /** Id of the web deployment that the failed rollout made; absent where it made none. */
  readonly webDeployment?: string;
  /** By app, oldest line first. */
  readonly logs: ReadonlyMap<string, readonly string[]>;
  /** After the failure, and after the rollback. */
  readonly before: readonly Health[];
  readonly after: readonly Health[];
  readonly isRestored: boolean;
  /** From the failed check to the end of the rollback. */
  readonly seconds: number;
}

export function incidentTitle({ environment, failed, failedSteps }: Evidence): string {
  const at = failedSteps.length > 0 ? ` at ${failedSteps.join(" and ")}` : "";
  return `Rollout #${String(failed.number)} of ${shortRelease(failed.release)} to ${environment} failed${at}`;
}

/** The text, with the secrets that anything may have printed already taken out by the caller. */
export function incidentText(evidence: Evidence): string {
  const { stack, environment, failed, to, errors, logs, before, after, isRestored, seconds } = evidence;
  const back = `release ${shortRelease(to.release)} (#${String(to.number)})`;
  return [
    isRestored
      ? `${environment} runs ${back} again, proven by its smoke test, ${duration(seconds)} after the failure.`
      : `**${environment} is not restored**: the rollback to ${back} failed as well. Look at the runbook: docs/runbook.md`,
    "",
    `| | |`,
    `|---|---|`,
    `| failed release | ${shortRelease(failed.release)} (#${String(failed.number)}), commit ${failed.commit} |`,
    `| begun | ${failed.at} by ${failed.by} |`,
    `| step | ${evidence.failedSteps.join(", ") || "none: the engine was ended from outside"} |`,
    ...(evidence.webDeployment === undefined
      ? []
      : [
          `| its web deployment | ${evidence.webDeployment}; what it printed: \`vercel logs ${evidence.webDeployment}\` |`,
        ]),
    `| restored | ${back} |`,
    `| time to restore | ${duration(seconds)} |`,
    "",
    "### Error",
    "",
    fenced(errors.join("\n")),
    "",
    "### Health",
    "",
    "Of the web its `/api/health` alone, which answers while other requests may fail.",
    "",
    "| | after the failure | after the rollback |",
    "|---|---|---|",
    ...before.map((each) => {
      const later = after.find(({ what }) => what === each.what);
      return `| ${each.what} | ${cell(each)} | ${later ? cell(later) : "not looked at"} |`;
    }),
    "",
    "### Last lines of the workers",
    "",
    ...[...logs].flatMap(([app, lines]) => [`${app}:`, "", fenced(lines.join("\n") || "nothing"), ""]),
    `What next: \`bin/rollout history --stack ${stack}\`; the same release again, once the cause is fixed: \`bin/rollout up --stack ${stack}\`.`,
    "",
  ].join("\n");
}

function cell({ isGood, seen }: Health): string {
  const verdict = isGood === undefined ? "not known" : isGood ? "good" : "**bad**";
  return `${verdict}: ${seen.replaceAll("|", "\\|").replaceAll("\n", " ")}`;
}

/** Behind a fence that the text itself does not hold. */
function fenced(text: string): string {
  let fence = "```";
  while (text.includes(fence)) fence += "`";
  return `${fence}text\n${text}\n${fence}`;
}
