import { runWorker } from "../run-worker.ts";
import { exitOnSettingsError } from "../start.ts";

const instructions =
  "You write learning plans. Make 3 to 6 modules in the order in which they should be learned, " +
  "each with 2 to 6 concrete tasks that fit the learner's level.";

/** Generates the first version of a plan. */
exitOnSettingsError(
  runWorker({
    name: "worker",
    queue: "plan-generation",
    composePlan: (plan, draftPlan, signal) =>
      draftPlan(instructions, `Topic: ${plan.topic}\nLevel: ${plan.skillLevel}`, signal),
  }),
);
