import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { openGitHub } from "@rollout/infra/github/client";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { attemptsIn, isGood } from "@rollout/infra/rollout/records/attempts";
import type { RecordPlace } from "@rollout/infra/rollout/records/chain";
import { readNewest, readRecord } from "@rollout/infra/rollout/records/read-record";
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
  environment: RecordedEnvironment,
  access: CloudAccess,
): Promise<readonly Attempt[]> {
  return attemptsIn(await readRecord(await openGitHub(access.github), placeOf(environment)));
}

/**
 * The newest of them, for what only informs: so many as one call gives, about fifty, however long the record is. All of them where no
 * release among these was rolled out forward and is live still.
 */
export async function newestAttempts(
  environment: RecordedEnvironment,
  access: CloudAccess,
): Promise<readonly Attempt[]> {
  const [github, place] = [await openGitHub(access.github), placeOf(environment)];
  const { chain, isCut } = await readNewest(github, place);
  const newest = attemptsIn(chain);
  const isEnough = newest.some(
    (each) => isGood(each) && each.returnsTo === undefined && each.destroyedAt === undefined,
  );
  return isEnough || !isCut ? newest : attemptsIn(await readRecord(github, place));
}

function placeOf({ kind, settings }: RecordedEnvironment): RecordPlace {
  const { owner, repository } = settings.github;
  const records = recordTrusts(kind, settings) ?? {};
  return { owner, repository, environment: kind.environment, records };
}
