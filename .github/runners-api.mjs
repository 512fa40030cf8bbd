// What choose-runner.mjs and watch-runner.mjs ask of GitHub. Without packages, so that a job starts at once.
const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository, GITHUB_TOKEN, RUNNERS_TOKEN } = process.env;

export const labelsOf = (which) => ["self-hosted", "production", which];
export const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
export const pollSeconds = Number(process.env.RUNNER_POLL_SECONDS ?? 2);
/** How long the primary has to take the job; P4 of the requirements asks for 20 s. */
export const takeSeconds = Number(process.env.RUNNER_TAKE_SECONDS ?? 20);

/** A call under `actions/`, sent again twice where GitHub does not answer or has a fault of its own. */
export async function call(method, path, { token = GITHUB_TOKEN, body, accepted = [] } = {}) {
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(`${api}/repos/${repository}/actions/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/vnd.github+json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    }).catch((error) => ({ ok: false, status: 0, text: async () => error.message }));
    const text = await answer.text();
    if (answer.ok || accepted.includes(answer.status)) return text === "" ? {} : JSON.parse(text);
    if (tries < 3 && (answer.status === 0 || answer.status >= 500 || answer.status === 429)) {
      await sleep(1);
      continue;
    }
    const error = new Error(`GitHub answered ${answer.status} to ${method} actions/${path}: ${text}`);
    throw Object.assign(error, { status: answer.status });
  }
}

/** The runner that has the labels, the idle one first where several have them; nothing where none is registered. */
export async function findRunner(which) {
  try {
    const { runners } = await call("GET", "runners?per_page=100", { token: RUNNERS_TOKEN });
    const rank = ({ status, busy }) => (status === "online" ? (busy ? 1 : 0) : 2);
    return runners
      .filter(({ labels }) => labelsOf(which).every((label) => labels.some(({ name }) => name === label)))
      .sort((one, other) => rank(one) - rank(other))[0];
  } catch (error) {
    if (![401, 403, 404].includes(error.status)) throw error;
    throw new Error(
      "the repository's runners cannot be listed: ROLLOUT_RUNNERS_TOKEN of the environment `runners` needs the repository " +
        `permission Administration: read (docs/runners.md). ${error.message}`,
      { cause: error },
    );
  }
}

export const isOnline = (runner) => runner?.status === "online";
