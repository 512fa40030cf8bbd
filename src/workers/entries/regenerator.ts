import { runWorker } from "../run-worker.ts";
import { exitOnSettingsError } from "../start.ts";

const instructions =
  "You improve learning plans. The learner was not content with the plan below: write another one that takes a " +
  "different way through the topic, in 3 to 6 modules, each with 2 to 6 concrete tasks that fit the learner's level.";

/** Generates another version of a plan, knowing the one that is there. */
exitOnSettingsError(
  runWorker({
    name: "regenerator",
    queue: "plan-regeneration",
    composePlan: (plan, draftPlan, signal) => {
      const before = plan.modules.map(({ title }) => `- ${title}`).join("\n");
      const request = `Topic: ${plan.topic}\nLevel: ${plan.skillLevel}\nModules so far:\n${before || "- none"}`;
      return draftPlan(instructions, request, signal);
    },
  }),
);
