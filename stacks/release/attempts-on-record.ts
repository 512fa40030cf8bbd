import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { openGitHub } from "@rollout/infra/github/client";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { attemptsIn } from "@rollout/infra/rollout/records/attempts";
import { readRecord } from "@rollout/infra/rollout/records/read-record";
import type { EnvironmentKind } from "../environments.ts";
import { recordTrusts } from "../settings/record-trusts.ts";
import type { Settings } from "../settings/schema.ts";

/** An environment with the settings of its record. */
export interface RecordedEnvironment {
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
}

/** The attempts of an environment by its own record, newest first; none where nothing was rolled out. */
export async function attemptsOnRecord(
  { kind, settings }: RecordedEnvironment,
  access: CloudAccess,
): Promise<readonly Attempt[]> {
  const { owner, repository } = settings.github;
  const github = await openGitHub(access.github);
  const records = recordTrusts(kind, settings) ?? {};
  return attemptsIn(await readRecord(github, { owner, repository, environment: kind.environment, records }));
}
