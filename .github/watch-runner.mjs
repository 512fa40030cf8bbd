// Watches the job of a rollout that the primary was chosen for. Where the primary does not take it within 20 s, or goes offline
// with it, this run is cancelled and the workflow started again on the secondary: node .github/watch-runner.mjs WORKFLOW JOB
// The run's concurrency group holds the second one back until the first has ended, and the rollout's lease holds it too.
import { call, findRunner, isOnline, pollSeconds, sleep, takeSeconds } from "./runners-api.mjs";

const [workflow, name] = process.argv.slice(2);
const { GITHUB_RUN_ID: run, GITHUB_REF_NAME: ref } = process.env;
/** A runner whose connection breaks for a moment still works. */
const lostSeconds = Number(process.env.RUNNER_LOST_SECONDS ?? 60);
/** GitHub ends a cancelled job whose runner is gone after five minutes. */
const cancelSeconds = Number(process.env.RUNNER_CANCEL_SECONDS ?? 360);

const since = (moment) => (Date.now() - moment) / 1000;

async function jobNow() {
  const { jobs } = await call("GET", `runs/${run}/jobs?filter=latest&per_page=100`);
  return jobs.find((job) => job.name === name);
}

/** Why the secondary has to take it; nothing when the job has ended. */
async function watch() {
  let queuedAt;
  let offlineAt;
  for (;;) {
    const job = await jobNow();
    if (job?.status === "completed") {
      if (job.conclusion === "success" || isOnline(await findRunner("primary"))) return undefined;
      return `the primary went offline, and the job ended as ${job.conclusion}`;
    }
    // A job that waits for reviewers is not in line yet.
    queuedAt = job?.status === "queued" ? (queuedAt ?? Date.now()) : undefined;
    if (queuedAt !== undefined && since(queuedAt) >= takeSeconds)
      return `the primary has not taken the job within ${takeSeconds} s`;
    if (["queued", "in_progress"].includes(job?.status)) {
      // A fault of this call decides nothing: the job's own state does.
      const primary = await findRunner("primary").catch(() => ({ status: "online" }));
      offlineAt = isOnline(primary) ? undefined : (offlineAt ?? Date.now());
      if (offlineAt !== undefined && job.status === "queued")
        return "the primary went offline before it took the job";
      if (offlineAt !== undefined && since(offlineAt) >= lostSeconds)
        return `the primary has been offline for ${lostSeconds} s with the job`;
    }
    await sleep(pollSeconds);
  }
}

/** Ends this run but for this job, which is `always()`; gives whether the rollout had succeeded before. */
async function cancel() {
  // 409: it has ended already.
  await call("POST", `runs/${run}/cancel`, { accepted: [409] });
  const begun = Date.now();
  for (;;) {
    const job = await jobNow();
    if (job?.status === "completed") return job.conclusion === "success";
    if (since(begun) > cancelSeconds)
      throw new Error(
        `the job ${name} of run ${run} was cancelled and has not ended after ${cancelSeconds} s`,
      );
    await sleep(pollSeconds);
  }
}

const reason = await watch();
if (reason === undefined) console.log(`the job ${name} ended on the primary`);
else if (await cancel()) console.log(`${reason}; but the rollout had succeeded`);
else {
  // Sent twice, where an answer was lost, it is still one: of the runs that wait, GitHub keeps the newest.
  await call("POST", `workflows/${workflow}/dispatches`, { body: { ref, inputs: { runner: "secondary" } } });
  console.log(
    `::warning::${reason}. The rollout runs on the secondary: a run of ${workflow} that was started for ${ref}`,
  );
}
