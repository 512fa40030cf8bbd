import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { whoAmI } from "@rollout/infra/shared/machine";
import { withOwnFolder } from "@rollout/infra/shared/own-folder";
import { outageVariable } from "@rollout/infra/rollout/without-github";
import type { OutageFile } from "../../stacks/release/without-github.ts";
import type { Session } from "../command.ts";
import type { Recorded } from "../history/recorded.ts";
import { openRecorded } from "../history/recorded.ts";
import type { KeptRecord } from "../history/kept-record.ts";
import { readKept } from "../history/kept-record.ts";
import { UsageError } from "../usage-error.ts";

/** What the command line has of it. */
interface OutageOptions {
  readonly "without-github": boolean;
  readonly "yes-without-lease": boolean;
  readonly reason: string | undefined;
}

/**
 * Why a rollback is to run without GitHub; undefined where it is one as usual.
 *
 * @throws UsageError where its user has not given the reason, or not accepted that no lease keeps a second rollout out.
 */
export function outageReason(options: OutageOptions, stack: string): string | undefined {
  const reason = options.reason?.trim() ?? "";
  const command = `bin/rollout rollback --without-github --stack ${stack} --yes-without-lease --reason "GitHub is down"`;
  if (!options["without-github"]) {
    if (options.reason === undefined && !options["yes-without-lease"]) return undefined;
    throw new UsageError(
      `bin/rollout rollback: --reason and --yes-without-lease belong to --without-github: ${command}`,
    );
  }
  if (reason !== "" && options["yes-without-lease"]) return reason;
  throw new UsageError(
    "bin/rollout rollback: --without-github asks neither the gate nor for the lease. The engine's lock of the stack's state keeps out a " +
      "second rollout of the same state; nothing keeps out bin/rollout restore-database, or a rollout whose lock was cancelled. See that " +
      `none is under way, then: ${command}`,
  );
}

/** What is known of the releases without GitHub, by the copy in the stack's state. */
export async function readRecordedWithoutGitHub(
  session: Session,
  stack: string,
): Promise<Recorded & Pick<KeptRecord, "copy" | "oneWay">> {
  const { settings, access, github, onGitHub: place } = await openRecorded(session, stack);
  return { settings, access, github, place, ...(await readKept(session, stack, { onGitHub: place })) };
}

/** @throws UsageError where the newest migrations may have made every earlier release unusable. */
export function requireReversible({
  attempts,
  oneWay,
  place,
}: Pick<Recorded, "attempts" | "place"> & Pick<KeptRecord, "oneWay">): void {
  const [newest] = attempts;
  // How a rollout that has not succeeded ended is on GitHub alone.
  if (newest && newest.ended === undefined && oneWay !== "")
    throw new UsageError(
      `#${String(newest.number)} of ${place.environment} has begun and is not known to have succeeded, and its migrations are one-way: ${oneWay}. ` +
        "Without GitHub it is unknown whether they ran: go forward, or wait",
    );
}

/** Runs this with a session in which the program asks nothing of GitHub. */
export function withOutageSession<T>(
  session: Session,
  { copy, reason }: Pick<OutageFile, "copy"> & { readonly reason: string },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return withOwnFolder(async (folder) => {
    const path = join(folder, "outage.json");
    const outage = { id: randomUUID(), at: new Date().toISOString(), by: whoAmI(), reason };
    writeFileSync(path, JSON.stringify({ outage, copy } satisfies OutageFile), { mode: 0o600 });
    return work({ ...session, environment: { ...session.environment, [outageVariable]: path } });
  });
}
