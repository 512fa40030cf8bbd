import type { GitHub } from "../github/client.ts";
import { GitHubError } from "../github/client.ts";
import { actionsJobs } from "./ci-jobs.ts";
import { appChecks, commitStatuses } from "./ci-reports.ts";
import type { CommitChecks, Reported, State } from "./ci-state.ts";

/** The source of a check that is none of GitHub's apps: any user who may push can post one. */
const statusSource = "status";

/** GitHub's own app that runs workflows. */
export const actionsSource = "github-actions";

/** Where the result of a check has to come from. */
export function sourceOf(name: string, sources: Readonly<Record<string, string>> = {}): string {
  return Object.hasOwn(sources, name) ? (sources[name] ?? actionsSource) : actionsSource;
}

/** What is wrong with the checks of a commit; empty when each that is required was reported and is green. */
export async function checkFaults(wanted: CommitChecks, github: GitHub): Promise<readonly string[]> {
  const { requiredChecks, checkSources } = wanted;
  if (requiredChecks.length === 0)
    return ["no check is required, and a rollout needs at least one: set rollout:github.requiredChecks"];
  const sources = [...new Set(requiredChecks.map((name) => sourceOf(name, checkSources)))];
  const faults = await Promise.all(
    sources.map(async (source) => {
      const names = requiredChecks.filter((name) => sourceOf(name, checkSources) === source);
      try {
        const reported = await readSource(source, wanted, github);
        return names.flatMap((name) => faultsOf(name, source, wanted, reported));
      } catch (error) {
        if (error instanceof GitHubError) return [unreadable(error, wanted, source)];
        throw error;
      }
    }),
  );
  return [...new Set(faults.flat())];
}

function readSource(source: string, wanted: CommitChecks, github: GitHub): Promise<Reported> {
  if (source === statusSource) return commitStatuses(wanted, github);
  if (source === actionsSource)
    return actionsJobs({ ...wanted, branches: wanted.checkBranches ?? [] }, github);
  return appChecks(source, wanted, github);
}

function faultsOf(
  name: string,
  source: string,
  { commit, checkBranches = [] }: CommitChecks,
  { states, others }: Reported,
): readonly string[] {
  const subject = `check ${name} of commit ${commit.slice(0, 12)}`;
  const found = states.get(name);
  if (found) {
    const bad = found.filter(({ state }) => state !== "success");
    return bad.length > 0 ? [`${subject}: expected success, found ${bad.map(textOf).join(", ")}`] : [];
  }
  if (source === statusSource) return [`${subject}: none was reported as a commit status`];
  if (source !== actionsSource) return [`${subject}: none was reported by the app ${source}`];
  const elsewhere = [...new Set(others?.get(name)?.map(({ event, branch }) => `${event} of ${branch}`))];
  return [
    `${subject}: none was reported by a job of GitHub Actions for a push of ${checkBranches.join(" or ")}` +
      (elsewhere.length > 0
        ? `, only for ${elsewhere.join(", ")}, which does not count. Merge the commit first`
        : `. Push the commit there; for a check from elsewhere set rollout:github.checkSources.${name}`),
  ];
}

const running: readonly string[] = ["queued", "in_progress", "requested", "waiting", "pending"];

/** A state with its page, and the command that waits for a run of GitHub Actions, or runs it again. */
function textOf({ state, url }: State): string {
  if (!url) return state;
  const [, run] = /\/actions\/runs\/(\d+)/.exec(url) ?? [];
  if (run === undefined) return `${state} (${url})`;
  return `${state} (${url}; ${running.includes(state) ? `wait for it: gh run watch ${run}` : `run it again: gh run rerun ${run}`})`;
}

/** What cannot be read is not green. A limit of calls passes; a right that is missing does not. */
function unreadable(error: GitHubError, { commit }: CommitChecks, source: string): string {
  const subject = `checks of commit ${commit.slice(0, 12)}`;
  if (error.isRateLimit)
    return `${subject}: GitHub takes no more calls of this token for now (rate limit), so they could not be read. Run the command again later`;
  if (error.missingRight !== undefined) {
    const [right, what] =
      source === actionsSource
        ? ["actions=read", "jobs of GitHub Actions"]
        : source === statusSource
          ? ["statuses=read", "commit statuses"]
          : ["checks=read", "check runs"];
    return `${subject}: GITHUB_TOKEN may not read ${what} (${error.missingRight || right}): give it that right (docs/secrets.md)`;
  }
  if ([404, 422].includes(error.status ?? 0))
    return `GitHub does not know commit ${commit.slice(0, 12)}, or the token may not read it. Push the commit: git push`;
  if (error.status === 403) return `${subject}: they could not be read: ${error.message}`;
  throw error;
}
