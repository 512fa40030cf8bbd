import { pass, runWorker } from "./run-worker.mjs";

await runWorker("courier", (client, order) => pass(client, order, "sent"));
