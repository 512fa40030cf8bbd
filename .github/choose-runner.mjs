// Chooses the self-hosted runner of a rollout and writes its labels into GITHUB_OUTPUT: the primary where it is online and idle, or
// becomes so within 20 s, else the secondary. docs/runners.md
import { appendFileSync } from "node:fs";
import { findRunner, isOnline, labelsOf, pollSeconds, sleep, takeSeconds } from "./runners-api.mjs";

const describe = (which, runner) =>
  `${which}: ${runner ? `${runner.name} is ${runner.status}${runner.busy ? " and busy" : ""}` : "none is registered"}`;

const begun = Date.now();
let chosen;
let seen;
for (;;) {
  const [primary, secondary] = [await findRunner("primary"), await findRunner("secondary")];
  const isLate = (Date.now() - begun) / 1000 >= takeSeconds;
  seen = [describe("primary", primary), describe("secondary", secondary)].join("; ");
  if (isOnline(primary) && !primary.busy) chosen = "primary";
  else if (isOnline(secondary) && (!isOnline(primary) || isLate)) chosen = "secondary";
  // Both are there: the primary works for another job, and the secondary is not.
  else if (isOnline(primary) && isLate) chosen = "primary";
  if (chosen !== undefined || isLate) break;
  await sleep(pollSeconds);
}
if (chosen === undefined) {
  console.error(
    `expected a runner with the labels ${labelsOf("primary").join(", ")} or ${labelsOf("secondary").join(", ")} ` +
      `that is online, found ${seen}. Start one, or roll out on GitHub's: gh variable delete ROLLOUT_RUNNERS, and run the workflow again`,
  );
  process.exit(1);
}
console.log(`${seen}. The rollout runs on the ${chosen}`);
appendFileSync(process.env.GITHUB_OUTPUT, `runner=${chosen}\nlabels=${JSON.stringify(labelsOf(chosen))}\n`);
