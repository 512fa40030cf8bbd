import { setTimeout as sleep } from "node:timers/promises";
import type { Values, Workflow } from "./workflow.ts";
import type { WorkflowEvent } from "./run-workflow.ts";

/** What GitHub does for a runner: it gives each job its token, and holds back a job whose environment is not ready. */
export interface GithubService {
  /** The run's number. */
  readonly id: number;
  /** A token with these rights, for one job. */
  readonly jobToken: (permissions: Values) => Promise<string>;
  /** Resolves once a job may begin there; gives the reason where it may not. */
  readonly enterEnvironment: (name: string, onWait: (reason: string) => void) => Promise<string | undefined>;
  /** Asks for a runner with these labels, or reports how the job ended; gives how it stands. */
  readonly reportJob: (
    name: string,
    labels: readonly string[],
    conclusion?: "success" | "failure" | "cancelled" | "skipped",
  ) => Promise<JobState>;
  readonly end: (conclusion: "success" | "failure" | "cancelled") => Promise<unknown>;
}

/** How a job stands at GitHub. */
export interface JobState {
  readonly status: "queued" | "in_progress" | "completed";
  /** Whether its run was cancelled. */
  readonly isCancelled: boolean;
  /** Whether the runner that has taken it is online. */
  readonly isRunnerThere: boolean;
}

/** Where the GitHub emulator answers, and how long a job is held back at most. */
export interface ServiceAddress {
  readonly origin: string;
  readonly token: string;
  readonly limitMilliseconds: number;
}

const callMilliseconds = 30_000;
const pollMilliseconds = 100;

/** Reports a run of a workflow to the sandbox's GitHub. */
export async function openGithubService(
  { origin, token, limitMilliseconds }: ServiceAddress,
  workflow: Workflow,
  { name: event, ref, sha, repository, actor }: WorkflowEvent,
  path: string,
): Promise<GithubService> {
  const call = async <T>(method: string, at: string, body: object): Promise<T> => {
    const answer = await fetch(`${origin}/_sandbox/runs/${repository}${at}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(callMilliseconds),
    });
    if (!answer.ok)
      throw new Error(`GitHub answered ${String(answer.status)} to ${method} ${at}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const branch = ref.replace(/^refs\/heads\//, "");
  const run = { path, name: workflow.name, sha, branch, event, actor: actor ?? "sandbox" };
  const { id } = await call<{ id: number }>("POST", "", run);
  const at = `/${String(id)}`;
  return {
    id,
    reportJob: (job, labels, conclusion) =>
      call("PUT", `${at}/jobs/${encodeURIComponent(job)}`, { labels, conclusion }),
    jobToken: async (permissions) =>
      (await call<{ token: string }>("POST", `${at}/token`, { permissions })).token,
    enterEnvironment: async (name, onWait) => {
      const deadline = Date.now() + limitMilliseconds;
      let before = "";
      for (;;) {
        const place = `${at}/environments/${encodeURIComponent(name)}`;
        const { state, reason } = await call<{ state: string; reason: string }>("PUT", place, {});
        if (state === "ready") return undefined;
        if (state === "refused") return reason;
        if (reason !== before) onWait(reason);
        before = reason;
        if (Date.now() > deadline) return `${reason}, and ${String(limitMilliseconds / 1000)} s are over`;
        await sleep(pollMilliseconds);
      }
    },
    end: (conclusion) => call("PATCH", at, { conclusion }),
  };
}
