import type { Neon } from "@rollout/infra/neon/client";
import { openNeon } from "@rollout/infra/neon/client";
import type { Restorable, RestorePlace } from "@rollout/infra/rollout/restore/restorable";
import { findRestorable } from "@rollout/infra/rollout/restore/restorable";
import type { Session } from "../command.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import { openEnvironment } from "../open-environment.ts";
import { UsageError } from "../usage-error.ts";

/** All that a restore of one stack's database has to do with. */
export interface RestoreContext extends OpenEnvironment {
  readonly session: Session;
  readonly stack: string;
  readonly neon: Neon;
  readonly place: RestorePlace;
}

/**
 * @throws UsageError when a token or setting is missing, or the stack is one that is not restored.
 */
export async function openRestore(session: Session, stack: string): Promise<RestoreContext> {
  const opened = await openEnvironment(
    session,
    stack,
    `${stack} is the environment of a pull request, of whose database there is no backup. Make it again: bin/rollout preview-env down and up`,
  );
  const { settings, kind, access } = opened;
  // The rollout at the end applies the checkout's migrations, which were not looked at for another release.
  if (settings.release !== undefined || session.environment["ROLLOUT_RELEASE"])
    throw new UsageError(
      `rollout:release holds ${stack} at an earlier release, and a restore ends with a rollout of the checked-out one. Check that release out instead: pulumi config rm --stack ${stack} rollout:release, git checkout RELEASE`,
    );
  const { project, organizationId, branch, database } = settings.neon;
  return {
    ...opened,
    session,
    stack,
    neon: await openNeon(access.neon),
    place: { project, organizationId, environment: kind.environment, branch, database },
  };
}

/** @throws UsageError when there is no such database. */
export async function readRestorable(context: RestoreContext, now: Date): Promise<Restorable> {
  const { neon, place, stack } = context;
  const found = await findRestorable(neon, place, now);
  if (found) return found;
  throw new UsageError(
    `There is no branch ${place.branch} in the Neon project ${place.project}, and so nothing to restore. It is made by: bin/rollout up --stack ${stack}`,
  );
}
