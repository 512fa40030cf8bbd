import { z } from "zod";
import type { WorkerDeclaration } from "../application.ts";
import { name } from "./fields.ts";
import { eachWorker } from "./fly.ts";

type Workers = Readonly<Record<string, WorkerDeclaration>>;

/** What a stack sets of Railway, where a worker runs there or has. */
export const railwaySchemaOf = (workers: Workers) =>
  z.strictObject({
    project: z.string().min(1).describe("Id of the Railway project."),
    environment: z.string().min(1).describe("Id of this stack's environment in that project."),
    services: z
      .strictObject(eachWorker(workers, ({ description }) => name.describe(description).optional()))
      .describe(
        "Names of the services, for each worker that runs on Railway or that is to move back from there. No other stack has them.",
      ),
    region: z
      .string()
      .min(1)
      .optional()
      .describe("Region of the replicas; absent, the one that Railway chooses for the project."),
  });

/** Where each worker runs. */
export const hostsSchemaOf = (workers: Workers) =>
  z.strictObject(
    eachWorker(workers, () =>
      z
        .strictObject({
          host: z
            .enum(["fly", "railway"])
            .describe(
              "Where the worker runs; absent, on Fly.io. A change moves it: the new host's is healthy before the old one's stops.",
            ),
        })
        .optional(),
    ),
  );
