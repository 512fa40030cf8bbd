import { z } from "zod";
import type { Session } from "../command.ts";
import { askPulumi } from "../stack-settings.ts";
import { UsageError } from "../usage-error.ts";

const outputsSchema = z.object({
  webUrl: z.string().min(1),
  applicationDatabaseUrl: z.string().min(1),
  smokeApiKey: z.string().min(1),
  /** Empty, or absent in the state of an earlier version, where the deployment is open. */
  smokeProtectionBypass: z.string().optional(),
});

/** What a smoke test is given, by the names of its variables. */
export interface StackTarget {
  readonly SMOKE_TEST_API_URL: string;
  readonly SMOKE_TEST_DATABASE_URL: string;
  readonly SMOKE_TEST_API_KEY: string;
  readonly SMOKE_TEST_PROTECTION_BYPASS: string;
}

/**
 * Reads a stack's addresses and keys of its outputs.
 *
 * @throws UsageError where the stack cannot be read, or nothing was rolled out.
 */
export function readStackTarget({ checkout, environment }: Session, stack: string): StackTarget {
  const words = ["stack", "output", "--stack", stack, "--json", "--show-secrets"];
  const stdout = askPulumi({ checkout, environment }, stack, words, "smoke");
  const { success, data } = outputsSchema.safeParse(JSON.parse(stdout));
  if (!success)
    throw new UsageError(
      `The stack ${stack} has no addresses yet: nothing was rolled out. Roll out first: bin/rollout up --stack ${stack}`,
    );
  return {
    SMOKE_TEST_API_URL: data.webUrl.replace(/\/+$/, ""),
    SMOKE_TEST_DATABASE_URL: data.applicationDatabaseUrl,
    SMOKE_TEST_API_KEY: data.smokeApiKey,
    // That of an earlier version's state, from which it is missing, can be given.
    SMOKE_TEST_PROTECTION_BYPASS:
      data.smokeProtectionBypass ?? environment["SMOKE_TEST_PROTECTION_BYPASS"] ?? "",
  };
}
