import type { CloudAccess } from "@atlaris/infra/dynamic/cloud-access";
import { missingAccess, readCloudAccess } from "@atlaris/infra/dynamic/cloud-access";
import type { GitHub } from "@atlaris/infra/github/client";
import { openGitHub } from "@atlaris/infra/github/client";
import type { Neon } from "@atlaris/infra/neon/client";
import { openNeon } from "@atlaris/infra/neon/client";
import type { Restorable, RestorePlace } from "@atlaris/infra/rollout/restore/restorable";
import { findRestorable } from "@atlaris/infra/rollout/restore/restorable";
import type { EnvironmentKind } from "../../stacks/environments.ts";
import { kindOf } from "../../stacks/environments.ts";
import type { Settings } from "../../stacks/settings-schema.ts";
import type { Session } from "../command.ts";
import { readStackSettings } from "../stack-settings.ts";
import { UsageError } from "../usage-error.ts";

/** All that a restore of one stack's database has to do with. */
export interface RestoreContext {
  readonly session: Session;
  readonly stack: string;
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  readonly access: CloudAccess;
  readonly neon: Neon;
  readonly github: GitHub;
  readonly place: RestorePlace;
}

/**
 * @throws UsageError when a token or setting is missing, or the stack is one that nobody restores.
 */
export async function openRestore(session: Session, stack: string): Promise<RestoreContext> {
  const missing = missingAccess(session.environment);
  if (missing.length > 0) throw new UsageError(missing.join("\n"));
  const kind = kindOf(stack.split("/").at(-1) ?? "");
  if (!kind || kind.pullRequest !== undefined)
    throw new UsageError(
      `${stack} is the environment of a pull request, of whose database there is no backup. Make it anew: bin/rollout preview-env down and up`,
    );
  const settings = readStackSettings(session, stack);
  // The rollout at the end applies the checkout's migrations, which nobody has looked at for another release.
  if (settings.release !== undefined || session.environment["ATLARIS_RELEASE"])
    throw new UsageError(
      `atlaris:release holds ${stack} at an earlier release, and a restore ends with a rollout of the checked-out one. Check that release out instead: pulumi config rm --stack ${stack} atlaris:release, git checkout RELEASE`,
    );
  const access = readCloudAccess(session.environment);
  const { project, organizationId, branch, database } = settings.neon;
  return {
    session,
    stack,
    kind,
    settings,
    access,
    neon: await openNeon(access.neon),
    github: await openGitHub(access.github),
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
