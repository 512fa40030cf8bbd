import { z } from "zod";
import type { WorkerDeclaration } from "../application.ts";
import { variableName } from "../own-variables.ts";
import { flyRegions } from "../regions.ts";
import { name, seconds } from "./fields.ts";

const machines = z
  .strictObject({
    count: z.number().int().min(1).max(50).default(1).describe("Machines of the app, over all regions."),
    regions: z
      .array(z.enum(flyRegions))
      .min(1)
      .optional()
      .describe(
        "Where they are, spread evenly; the first is where deployments begin. Else as in the fly.*.toml.",
      ),
    size: z
      .strictObject({
        cpuKind: z.enum(["shared", "performance"]).optional(),
        cpus: z.union([1, 2, 4, 6, 8, 16].map((count) => z.literal(count))).optional(),
        memoryMb: z.number().int().min(256).max(131_072).multipleOf(256).optional(),
      })
      .optional()
      .describe("What takes the place of the fly.*.toml's own size."),
  })
  .prefault({});

type Workers = Readonly<Record<string, WorkerDeclaration>>;

/** One field for each declared worker, in their order, which parsed settings have as well. */
export function eachWorker<Field>(
  workers: Workers,
  field: (worker: WorkerDeclaration) => Field,
): Record<string, Field> {
  return Object.fromEntries(
    Object.entries(workers).map(([worker, declaration]) => [worker, field(declaration)]),
  );
}

/** What a stack sets of Fly.io. */
export const flySchemaOf = (workers: Workers) =>
  z.strictObject({
    organization: z.string().default("personal").describe("Slug of the Fly organization."),
    apps: z.strictObject(eachWorker(workers, ({ description }) => name.describe(description))),
    imageApp: name
      .optional()
      .describe(
        "App in whose registry the workers' image is, without machines; absent, the app of the first worker.",
      ),
    secrets: z
      .array(variableName)
      .default([])
      .describe("Names of further secrets of the workers; their values are set under rollout:secrets."),
    machines: z
      .strictObject(eachWorker(workers, () => machines))
      .prefault({})
      .describe("How many machines each app has, where and how big."),
    strategy: z
      .enum(["immediate", "rolling", "canary", "bluegreen"])
      .default("rolling")
      .describe(
        "How machines are replaced: all at once (immediate); one after the other, so that with two or more one always works " +
          "(rolling); one more first, then rolling (canary); new ones next to all old ones, which are destroyed when those are healthy (bluegreen). " +
          "A change of it alone deploys nothing.",
      ),
    waitSeconds: seconds(600)
      .default(120)
      .describe("Limit for a deployment and, again, for healthy machines."),
  });
