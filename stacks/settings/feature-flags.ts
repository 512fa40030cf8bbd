import type { z } from "zod";
import type { flagsSchema } from "./schema/application.ts";

/** The one variable that brings a service its flags, as JSON. */
export const flagsVariable = "FEATURE_FLAGS";

/** The flags that each service reads and no others, so that a change of one deploys nothing that does not read it. */
export function featureFlags({ regeneration, maxModules, jobConcurrency }: z.infer<typeof flagsSchema>): {
  readonly web: string;
  readonly workers: string;
} {
  return {
    web: JSON.stringify({ regeneration }),
    workers: JSON.stringify({ maxModules, jobConcurrency }),
  };
}
