import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { missingAccess, readCloudAccess } from "@rollout/infra/shared/cloud-access";
import type { GitHub } from "@rollout/infra/github/client";
import { openGitHub } from "@rollout/infra/github/client";
import type { RecordPlace } from "@rollout/infra/rollout/records/chain";
import type { EnvironmentKind } from "../stacks/environments.ts";
import { kindOf } from "../stacks/environments.ts";
import { recordTrusts } from "../stacks/settings/record-trusts.ts";
import type { Settings } from "../stacks/settings/schema.ts";
import type { Session } from "./command.ts";
import { askStackSettings } from "./stack-settings.ts";
import { UsageError } from "./usage-error.ts";

/** What a command about an environment that stays begins with. */
export interface OpenEnvironment {
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  readonly access: CloudAccess;
  readonly github: GitHub;
  /** Where its record and its lease are. */
  readonly onGitHub: RecordPlace;
}

/**
 * @param otherwise what is reported of a stack that is deleted with its pull request.
 * @throws UsageError when a token or setting is missing, or the stack is such a one.
 */
export async function openEnvironment(
  session: Session,
  stack: string,
  otherwise: string,
): Promise<OpenEnvironment> {
  const missing = missingAccess(session.environment);
  if (missing.length > 0) throw new UsageError(missing.join("\n"));
  const kind = kindOf(stack.split("/").at(-1) ?? "");
  if (!kind || kind.pullRequest !== undefined) throw new UsageError(otherwise);
  const settings = await askStackSettings(session, stack);
  const { owner, repository } = settings.github;
  const access = readCloudAccess(session.environment);
  return {
    kind,
    settings,
    access,
    github: await openGitHub(access.github),
    onGitHub: {
      owner,
      repository,
      environment: kind.environment,
      records: recordTrusts(kind, settings) ?? {},
    },
  };
}
