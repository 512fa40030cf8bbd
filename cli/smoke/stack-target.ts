import { spawnSync } from "node:child_process";
import { z } from "zod";
import type { Session } from "../command.ts";
import { withPassphraseAdvice } from "../passphrase.ts";
import { UsageError } from "../usage-error.ts";

const limitMilliseconds = 60_000;

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
  const { status, stdout, stderr, error } = spawnSync(
    "pulumi",
    ["stack", "output", "--stack", stack, "--json", "--show-secrets", "--non-interactive"],
    { cwd: checkout, env: environment, encoding: "utf8", timeout: limitMilliseconds },
  );
  if (error)
    throw new UsageError(
      (error as NodeJS.ErrnoException).code === "ENOENT"
        ? `There is no pulumi on the PATH. Install it (https://www.pulumi.com/docs/install/), or try everything on this machine: bin/sandbox bin/rollout smoke --stack ${stack}`
        : `pulumi cannot be run: ${error.message}`,
    );
  if (status !== 0)
    throw new UsageError(withPassphraseAdvice(stderr.replaceAll(/^error: /gm, "").trim(), stack));
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
