import { defineApplication } from "./stacks/settings/application.ts";

/** The application that is rolled out, as far as it cannot be read from its files. docs/add-a-worker.md */
export const application = defineApplication({
  // Each has an entry point src/workers/entries/NAME.ts, a fly.*.NAME.toml for each environment and its app under
  // rollout:fly.apps. All run one image, which is kept with the first one's app where no rollout:fly.imageApp is set.
  workers: {
    worker: { description: "App that generates plans." },
    regenerator: { description: "App that generates other versions of plans." },
  },
});
