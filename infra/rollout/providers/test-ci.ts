import type { TestAnswer, TestCall } from "../../shared/test-api.ts";

/** What GitHub has on CI of a commit. */
export interface Found {
  readonly statuses?: readonly { context: string; state: string }[] | Refused;
  readonly checks?: readonly FoundJob[] | Refused;
  readonly runs?: readonly FoundRun[] | Refused;
  readonly unknown?: true;
}

/** Why GitHub answers nothing. */
type Refused = "no right" | "rate limit";

interface FoundRun {
  readonly event?: string;
  readonly head_branch?: string;
  readonly workflow_id?: number;
  readonly jobs: readonly FoundJob[];
}

interface FoundJob {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly html_url: string;
  readonly app?: { readonly slug: string };
}

/** The job `ci` of a run of a workflow: of the run 70 + its number. */
export const job = (id: number, conclusion: string | null, name = "ci"): FoundJob => ({
  ...{ id, name, conclusion, status: conclusion === null ? "in_progress" : "completed" },
  html_url: `https://github.com/o/r/actions/runs/${String(70 + id)}/job/${String(id)}`,
});
export const runOf = (jobs: readonly FoundJob[], differently: Partial<FoundRun> = {}): FoundRun => ({
  ...{ event: "push", head_branch: "main", workflow_id: 1, jobs },
  ...differently,
});

/** What GitHub answers to the gate's questions about CI. */
export function answerOfCi(call: TestCall, found: Found, baseUrl: string): TestAnswer {
  const { url } = call;
  const list = (name: string, all: readonly unknown[] | Refused | undefined, right: string): TestAnswer =>
    page(new URL(url, baseUrl), name, all, right);
  if (found.unknown) return { status: 422, body: { message: "No commit found for SHA: 0123456789abcdef" } };
  if (url.includes("/check-runs")) return list("check_runs", found.checks, "checks=read");
  const runs = typeof found.runs === "string" ? found.runs : found.runs?.map((run, id) => ({ ...run, id }));
  if (url.includes("/jobs")) {
    const [, run] = /runs\/(\d+)\/jobs/.exec(url) ?? [];
    return list("jobs", typeof runs === "string" ? [] : runs?.[Number(run)]?.jobs, "actions=read");
  }
  if (url.includes("/actions/runs")) return list("workflow_runs", runs, "actions=read");
  return list("statuses", found.statuses, "statuses=read");
}

/** A page of a list, or why there is none. */
function page(
  address: URL,
  name: string,
  all: readonly unknown[] | Refused | undefined,
  right: string,
): TestAnswer {
  if (all === "no right")
    return {
      status: 403,
      body: { message: "Resource not accessible by personal access token" },
      headers: { "x-accepted-github-permissions": right },
    };
  if (all === "rate limit")
    return {
      status: 403,
      body: { message: "You have exceeded a secondary rate limit." },
      headers: { "retry-after": "0" },
    };
  const number = Number(address.searchParams.get("page") ?? 1);
  const part = (all ?? []).slice((number - 1) * 100, number * 100);
  address.searchParams.set("page", String(number + 1));
  return {
    status: 200,
    body: { total_count: all?.length ?? 0, [name]: part },
    ...(part.length === 100 ? { headers: { link: `<${address.href}>; rel="next"` } } : {}),
  };
}
