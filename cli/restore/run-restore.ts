import type { HeldLease } from "@rollout/infra/rollout/lease/held-lease";
import { takeLease } from "@rollout/infra/rollout/lease/held-lease";
import { whoAmI } from "@rollout/infra/shared/machine";
import { requireSigner } from "@rollout/infra/rollout/records/append";
import { enterNote } from "@rollout/infra/rollout/records/keep";
import type { Restorable, Unproven } from "@rollout/infra/rollout/restore/restorable";
import { concludeRestore, restoreBranch, untilRestored } from "@rollout/infra/rollout/restore/restore-branch";
import type { Target } from "@rollout/infra/rollout/restore/target";
import { targetText, targetWord } from "@rollout/infra/rollout/restore/target";
import { saying } from "@rollout/infra/shared/say";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { recordWriter } from "../record-writer.ts";
import { rollOut } from "../roll-out.ts";
import type { RestoreContext } from "./context.ts";
import { readRestorable } from "./context.ts";
import { UsageError } from "../usage-error.ts";

/** How long it waits behind rollouts, in milliseconds: several complete ones. */
const longestLine = 60 * 60_000;

/** What the engine is to do again although nothing in its inputs has changed: the database under them has. */
const doneAnew = ["gate", "attempt", "migration", "smoke"];

export interface RunArgs {
  readonly target: Target;
  /** A commit that GitHub knows: the lease hangs on it. */
  readonly commit: string;
  readonly json: boolean;
  /** Whether a user confirmed what was to be lost when it was looked at. */
  readonly wasAsked: boolean;
}

/** Restores, rolls out what is checked out, and prints how both ended. */
export async function runRestore(context: RestoreContext, args: RunArgs): Promise<ExitStatus> {
  const tell = (line: string): void => void context.session.err.write(`${line}\n`);
  await saying(tell, () => restoreUnderLease(context, args, tell));
  return rollOutRestored(context, args);
}

async function restoreUnderLease(
  context: RestoreContext,
  { target, commit, wasAsked }: RunArgs,
  tell: (line: string) => void,
): Promise<void> {
  const { github, onGitHub, kind, neon, stack, session } = context;
  const lease: HeldLease = await takeLease(
    github,
    { ...onGitHub, commit },
    { waitMilliseconds: longestLine, note: tell, doing: "the restore of its database" },
  );
  try {
    if (lease.waited && wasAsked)
      throw new UsageError(
        `A rollout of ${stack} went first, and what is lost may be more now. Nothing was changed; the same command looks again.`,
      );
    const now = new Date();
    // A rollout that was waited for may have made or deleted what was seen before.
    const restorable = await readRestorable(context, now);
    if (begunRestore(restorable, target)) {
      await untilRestored(neon, restorable);
      return;
    }
    lease.assertHeld();
    const writer = recordWriter(session, stack, context);
    await requireSigner(writer);
    const kept = await restoreBranch(neon, restorable, kind.environment, target, now);
    const description = `the database is that of ${targetText(target)}`;
    await enterNote(writer, { by: whoAmI(), event: "restored", description });
    tell(`The database of ${stack} is that of ${targetText(target)}; ${kept} keeps what was there.`);
  } finally {
    // The gate of the rollout takes it again. A rollout in between meets a complete database, as over
    // any other, and ours comes after it.
    await lease.release();
  }
}

/** The last restore where it had this target and bears the mark that it was not proven yet. */
export function begunRestore({ unproven: [last] }: Restorable, target: Target): Unproven | undefined {
  return last?.target === targetWord(target) ? last : undefined;
}

/** Brings roles and passwords in line, applies what migrations the release has, and proves it. */
async function rollOutRestored(context: RestoreContext, { target, json }: RunArgs): Promise<ExitStatus> {
  const { session, stack } = context;
  const again = `bin/rollout restore-database --stack ${stack} --to ${targetText(target)}`;
  const { status } = await rollOut(session, {
    stack,
    engineText: [
      ...["up", "--stack", stack, "--yes", "--skip-preview", "--refresh"],
      ...doneAnew.flatMap((name) => ["--replace", `**::${name}`]),
    ],
    again,
    // The release before would meet the same database.
    bringsBack: false,
    json,
  });
  const now = new Date();
  const restorable = await readRestorable(context, now);
  const kept = restorable.unproven[0]?.copy.name;
  if (status !== exitStatus.done) {
    session.err.write(
      `The database is that of ${targetText(target)} and was not proven. Continue from here: ${again} --yes\n` +
        (kept
          ? `Back to what was there before: bin/rollout restore-database --stack ${stack} --to ${kept}\n`
          : ""),
    );
    return status;
  }
  await conclude(context, restorable, now);
  return status;
}

/** Deletes the mark and prints what is kept. */
export async function conclude(
  { neon, settings, session }: RestoreContext,
  restorable: Restorable,
  now: Date,
): Promise<void> {
  const [last] = await concludeRestore(neon, restorable, settings.neon.backups.days, now);
  if (last)
    session.err.write(
      `${last.name} keeps what was there before${last.expiresAt === undefined ? "; others have grown from it, so that Neon lets it have no end" : ` until ${last.expiresAt}`}.\n`,
    );
}
