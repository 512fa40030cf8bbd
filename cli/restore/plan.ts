import { join } from "node:path";
import { gateFaults } from "@rollout/infra/rollout/gate-checks";
import type { Loss } from "@rollout/infra/rollout/restore/loss/loss";
import { lossBetween } from "@rollout/infra/rollout/restore/loss/loss";
import { lookAt, ownersAddress } from "@rollout/infra/rollout/restore/look-at";
import type { Restorable } from "@rollout/infra/rollout/restore/restorable";
import type { Target } from "@rollout/infra/rollout/restore/target";
import { momentOf, targetText } from "@rollout/infra/rollout/restore/target";
import { application } from "../../rollout.config.ts";
import { readArtifacts } from "../../stacks/release/artifacts.ts";
import { rulesOfCommit } from "../../stacks/settings/commit-rules.ts";
import { programDigest } from "../../stacks/release/program.ts";
import { candidateOf } from "../../stacks/release/candidate.ts";
import { compositionOf } from "../../stacks/release/composition.ts";
import type { Release } from "../../stacks/release/release.ts";
import { readRelease } from "../../stacks/release/release.ts";
import { shortRelease } from "../history/table.ts";
import type { RestoreContext } from "./context.ts";
import { lossText } from "./loss-text.ts";
import type { KnownRelease, Releases } from "./releases.ts";
import { agoText } from "./words.ts";

/** What a restore would do. */
export interface RestorePlan {
  readonly target: Target;
  readonly loss: Loss;
  /** The release that is rolled out at the end: the checked-out one. */
  readonly release: Release;
  /** The one that was live at the target, as far as the record shows. */
  readonly liveThen: KnownRelease | undefined;
  readonly liveNow: KnownRelease | undefined;
  /** Why the rollout at the end would be refused; empty when it is not. */
  readonly refusals: readonly string[];
}

/** Looks at both sides and asks the gate. Writes nothing but what it takes to look, and takes that away again. */
export async function planRestore(
  context: RestoreContext,
  restorable: Restorable,
  releases: Releases,
  target: Target,
): Promise<RestorePlan> {
  const { neon, place, session } = context;
  const release = readRelease(session.checkout);
  const { projectId, branchId } = restorable;
  const nowUrl = await ownersAddress(neon, projectId, branchId, place.database);
  const [refusals, loss] = await Promise.all([
    gateRefusals(context, release),
    lookAt(neon, restorable, target, place.database, (thenUrl) =>
      lossBetween(nowUrl, thenUrl, application.database),
    ),
  ]);
  return {
    ...{ target, loss, release, refusals },
    liveThen: releases.liveAt(momentOf(target)),
    liveNow: releases.liveAt(new Date()),
  };
}

/** Asked before anything is touched: a restored database without a rollout would be half of what was asked for. */
export async function gateRefusals(
  { stack, kind, settings, session, access }: RestoreContext,
  release: Release,
): Promise<readonly string[]> {
  const root = session.checkout;
  const [artifacts, program, rules] = await Promise.all([
    readArtifacts(root, application),
    programDigest(root, application),
    rulesOfCommit({ root, stack, kind, settings, application }),
  ]);
  const composition = compositionOf({ application, kind, settings, release, artifacts, root });
  const candidate = candidateOf({
    ...{ application, kind, settings, program, rules, checkout: release },
    release: { ...release, composition },
  });
  const migrations = candidate.migrations && {
    ...candidate.migrations,
    // The engine runs in the checkout, this command anywhere.
    folder: join(session.checkout, candidate.migrations.folder),
  };
  return gateFaults({ ...candidate, ...(migrations ? { migrations } : {}) }, access, new Date());
}

/** The plan for people, who then answer yes or no. */
export function planText(
  { stack, place }: RestoreContext,
  { children }: Restorable,
  { target, loss, release, liveThen, liveNow }: RestorePlan,
  now: Date,
): string {
  const undone = loss.migrationsUndone;
  return (
    `The database of ${stack} is restored to ${targetText(target)}, as it was ${agoText(momentOf(target), now)}.\n\n` +
    lossText(loss) +
    "What is written between now and then is lost as well.\n\n" +
    (undone.length > 0
      ? `Migrations undone: ${undone.join(", ")}. The rollout of ${shortRelease(release.name)} at the end applies those ` +
        `of its own again.${staysText(liveThen, release)}\n`
      : "") +
    `At the end the checked-out release ${shortRelease(release.name)} is rolled out: roles and passwords are those of ` +
    `today, web and workers follow, and the smoke test proves it.${keepsText(liveNow, release)}\n` +
    `What is there now is kept as the branch before-restore-${place.environment}-TIME.` +
    (children.length > 0
      ? ` Neon moves below it what has grown from the database: ${children.join(", ")}.\n`
      : "\n") +
    "During that time its connections break off; a job in hand may fail and is tried again.\n"
  );
}

function staysText(then: KnownRelease | undefined, { commit }: Release): string {
  return then && then.commit !== commit
    ? ` To stay with the schema of then, check out first what was live: git checkout ${then.commit.slice(0, 12)}`
    : "";
}

function keepsText(live: KnownRelease | undefined, { commit }: Release): string {
  return live && live.commit !== commit
    ? ` Live is ${shortRelease(live.release)}; to keep that, check it out first: git checkout ${live.commit.slice(0, 12)}`
    : "";
}

/** The same for machines. */
export function planData(
  { stack }: RestoreContext,
  { target, loss, release, liveThen, liveNow }: RestorePlan,
): object {
  return {
    kind: "plan",
    stack,
    target: targetText(target),
    ...loss,
    release: release.name,
    liveThen: liveThen?.release ?? null,
    liveNow: liveNow?.release ?? null,
  };
}
