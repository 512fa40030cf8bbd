import { z } from "zod";
import type { WorkerDeclaration } from "../application.ts";
import { name } from "./fields.ts";
import { eachWorker } from "./fly.ts";

const limits = z
  .strictObject({
    vcpus: z.number().min(0.1).max(32).optional().describe("Virtual CPUs."),
    memoryGb: z
      .number()
      .min(0.1)
      .max(32)
      .optional()
      .describe("Memory in GB; a replica that needs more is ended."),
  })
  .refine(
    ({ vcpus, memoryGb }) => vcpus !== undefined || memoryGb !== undefined,
    "expected vcpus or memoryGb",
  );

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
    regions: z
      .array(z.string().min(1))
      .min(1)
      .refine((regions) => new Set(regions).size === regions.length, "expected each region once")
      .optional()
      .describe(
        "Regions of the replicas, over which they are spread evenly; absent, the one that Railway chooses for the project.",
      ),
    limits: z
      .strictObject(eachWorker(workers, () => limits.optional()))
      .optional()
      .describe("The most that each replica may use; absent, what Railway's plan allows."),
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
