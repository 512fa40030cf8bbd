// Waits until a job of CI has ended for a push of this branch, since the gate refuses a commit whose CI still runs: node
// .github/wait-for-check.mjs NAME. Ends with 0 when it is green. Without packages, so that it starts at once.
// As the gate, it counts no commit status and no check run: docs/decisions/ci-receipts.md
const [name = "ci"] = process.argv.slice(2);
const {
  GITHUB_API_URL: api,
  GITHUB_REF_NAME: branch,
  GITHUB_REPOSITORY: repository,
  GITHUB_SHA: sha,
  GITHUB_TOKEN: token,
} = process.env;
const everySeconds = Number(process.env.WAIT_SECONDS ?? 15);
const limitSeconds = Number(process.env.WAIT_LIMIT_SECONDS ?? 3300);
const events = ["push", "workflow_dispatch", "schedule"];

async function get(path) {
  const answer = await fetch(`${api}/repos/${repository}/actions/${path}`, {
    headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
    signal: AbortSignal.timeout(30_000),
  });
  if (answer.ok) return answer.json();
  const text = await answer.text();
  const isLimit = [403, 429].includes(answer.status) && /rate limit/i.test(text);
  const why = isLimit
    ? "; this is a limit of calls, and passes"
    : answer.status === 403
      ? "; the job needs the permission actions: read"
      : "";
  const error = new Error(`GitHub answered ${answer.status} to GET actions/${path}: ${text}${why}`);
  throw Object.assign(error, { isFinal: answer.status === 403 && !isLimit });
}

/** Whether only a push to this branch, or its merge queue, can have started a run. */
function isOfBranch({ event, head_branch: of }) {
  if (event === "merge_group") return of?.startsWith(`gh-readonly-queue/${branch}/`) ?? false;
  return events.includes(event) && of === branch;
}

/** The newest job of each workflow: one that ran twice for a commit has two. */
function newestOf(jobs) {
  const newest = new Map();
  for (const job of jobs) {
    const known = newest.get(job.workflow);
    if (!known || job.id > known.id) newest.set(job.workflow, job);
  }
  return [...newest.values()];
}

/** How the job stands, with its page: nothing while it has not ended. */
async function conclusion() {
  const { workflow_runs: runs } = await get(`runs?head_sha=${sha}&per_page=100`);
  const jobs = await Promise.all(
    runs.filter(isOfBranch).map(async ({ id, workflow_id: workflow }) => {
      const { jobs: all } = await get(`runs/${id}/jobs?filter=latest&per_page=100`);
      return all.map((job) => ({ ...job, workflow }));
    }),
  );
  const found = newestOf(jobs.flat().filter((job) => job.name === name)).map((job) => ({
    state: job.conclusion ?? "pending",
    url: job.html_url,
  }));
  if (found.length === 0 || found.some(({ state }) => state === "pending")) return undefined;
  return found.find(({ state }) => state !== "success") ?? { state: "success" };
}

/** What a person can do about a check that failed. */
function adviceFor(url) {
  const [, run] = /\/actions\/runs\/(\d+)/.exec(url ?? "") ?? [];
  const rerun = run === undefined ? "" : `, or run it again: gh run rerun ${run}`;
  return `${url ? ` (${url})` : ""}. Fix it and push again${rerun}`;
}

const begun = Date.now();
let lost;
for (;;) {
  const ended = await conclusion().catch((error) => void (lost = error));
  if (lost?.isFinal) {
    console.error(`check ${name} of commit ${sha} cannot be read: ${lost.message}`);
    process.exit(1);
  }
  if (ended?.state === "success") break;
  if (ended !== undefined) {
    console.error(
      `check ${name} of commit ${sha}: expected success, found ${ended.state}${adviceFor(ended.url)}`,
    );
    process.exit(1);
  }
  if ((Date.now() - begun) / 1000 > limitSeconds) {
    const why = lost ? ` The last call failed: ${lost.message}` : "";
    console.error(`check ${name} of commit ${sha} has not ended after ${limitSeconds} s.${why}`);
    process.exit(1);
  }
  await new Promise((resolve) => setTimeout(resolve, everySeconds * 1000));
}
console.log(`check ${name} of commit ${sha} is green`);
