import { addressOf, callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

/**
 * What who may push can make of the check `ci`, each by the APIs alone: a commit status, a check run by the token of a workflow on a
 * branch of their own, and a run of that branch. Gives GitHub's answer to a check run by the personal token.
 */
export async function forgeCi(sandbox: Sandbox, repository: string, sha: string): Promise<string> {
  const check = { name: "ci", head_sha: sha, conclusion: "success" };
  const call = (path: string, body: object): Promise<unknown> =>
    callCloud(sandbox, "github", "POST", `/repos/${repository}${path}`, body);
  await call(`/statuses/${sha}`, { state: "success", context: "ci" });
  await postCheckRun(sandbox, repository, check);
  await callCloud(sandbox, "github", "PUT", `/_sandbox/ci/${repository}/${sha}`, {
    ...{ state: "success", run: "of a branch", branch: "feature" },
  });
  return call("/check-runs", check).then(
    () => "a personal token has made a check run",
    (error: unknown) => String(error),
  );
}

/** As a step of a workflow on any branch does it, with `permissions: { checks: write }`. */
async function postCheckRun(
  sandbox: Sandbox,
  repository: string,
  check: { head_sha: string },
): Promise<void> {
  const runs = `/_sandbox/runs/${repository}`;
  const { id } = await callCloud<{ id: number }>(sandbox, "github", "POST", runs, {
    ...{ path: ".github/workflows/mine.yml", name: "mine", sha: check.head_sha },
    ...{ branch: "feature", event: "push", actor: "mallory" },
  });
  const { token } = await callCloud<{ token: string }>(
    sandbox,
    "github",
    "POST",
    `${runs}/${String(id)}/token`,
    { permissions: { checks: "write" } },
  );
  const { origin } = addressOf(sandbox, "github");
  const answer = await fetch(`${origin}/repos/${repository}/check-runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(check),
    signal: AbortSignal.timeout(30_000),
  });
  if (answer.status !== 201)
    throw new Error(`GitHub answered ${String(answer.status)}: ${await answer.text()}`);
}
