import { pass, runWorker } from "./run-worker.mjs";

await runWorker("packing", (client, order) => pass(client, order, "packed", "billing"));
