// Waits until a check of the commit has ended, since the gate refuses a commit whose CI still runs: node
// .github/wait-for-check.mjs NAME. Ends with 0 when it is green. Without packages, so that it starts at once.
const [name = "ci"] = process.argv.slice(2);
const {
  GITHUB_API_URL: api,
  GITHUB_REPOSITORY: repository,
  GITHUB_SHA: sha,
  GITHUB_TOKEN: token,
} = process.env;
const everySeconds = Number(process.env.WAIT_SECONDS ?? 15);
const limitSeconds = Number(process.env.WAIT_LIMIT_SECONDS ?? 3300);

async function get(path) {
  const answer = await fetch(`${api}/repos/${repository}/commits/${sha}/${path}`, {
    headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
    signal: AbortSignal.timeout(30_000),
  });
  if (answer.ok) return answer.json();
  throw new Error(`GitHub answered ${answer.status} to GET commits/${sha}/${path}: ${await answer.text()}`);
}

/** The newest run of each app: GitHub lists one of each check suite, and a workflow that ran twice has two. */
function newestOf(runs) {
  const newest = new Map();
  for (const run of runs) {
    const known = newest.get(run.app?.id);
    if (!known || run.id > known.id) newest.set(run.app?.id, run);
  }
  return [...newest.values()];
}

/** How the check stands, by check run and by commit status, with its page: nothing while it has not ended. */
async function conclusion() {
  const runs = await get(`check-runs?filter=latest&per_page=100&check_name=${encodeURIComponent(name)}`);
  const { statuses } = await get("status?per_page=100");
  const found = [
    ...newestOf(runs.check_runs).map((run) => ({
      state: run.conclusion ?? "pending",
      url: run.details_url ?? run.html_url,
    })),
    ...statuses
      .filter((status) => status.context === name)
      .map(({ state, target_url }) => ({ state, url: target_url })),
  ];
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
