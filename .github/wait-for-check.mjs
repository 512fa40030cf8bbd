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

async function ask(path) {
  const answer = await fetch(`${api}/repos/${repository}/commits/${sha}/${path}`, {
    headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
    signal: AbortSignal.timeout(30_000),
  });
  if (answer.ok) return answer.json();
  throw new Error(`GitHub answered ${answer.status} to GET commits/${sha}/${path}: ${await answer.text()}`);
}

/** How the check stands, by check run and by commit status: nothing while it has not ended. */
async function conclusion() {
  const runs = await ask(`check-runs?filter=latest&check_name=${encodeURIComponent(name)}`);
  const { statuses } = await ask("status?per_page=100");
  const found = [
    ...runs.check_runs.map((run) => run.conclusion ?? "pending"),
    ...statuses.filter((status) => status.context === name).map((status) => status.state),
  ];
  if (found.length === 0 || found.includes("pending")) return undefined;
  return found.find((each) => each !== "success") ?? "success";
}

const begun = Date.now();
let lost;
for (;;) {
  const ended = await conclusion().catch((error) => void (lost = error));
  if (ended === "success") break;
  if (ended !== undefined) {
    console.error(
      `check ${name} of commit ${sha}: expected success, found ${ended}. Mend it and push again.`,
    );
    process.exit(1);
  }
  if ((Date.now() - begun) / 1000 > limitSeconds) {
    const why = lost ? ` The last question failed: ${lost.message}` : "";
    console.error(`check ${name} of commit ${sha} has not ended after ${limitSeconds} s.${why}`);
    process.exit(1);
  }
  await new Promise((resolve) => setTimeout(resolve, everySeconds * 1000));
}
console.log(`check ${name} of commit ${sha} is green`);
