import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { blocker, liveOf, namedAttempt } from "@rollout/infra/rollout/records/attempts";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { commitsOf } from "@rollout/infra/rollout/records/recorded-variables";
import type { RecordedDeployment } from "@rollout/infra/vercel/file-digests";
import type { RecordedEnvironment } from "./attempts-on-record.ts";
import { attemptsOnRecord } from "./attempts-on-record.ts";
import { webDeploymentsOf } from "./web-deployments.ts";
import { mix, partName, partNamed, partsOf } from "./parts.ts";
import { workerNames } from "../settings/workers.ts";

/** A release that an environment had, to run there again. */
export interface EarlierRelease {
  readonly name: string;
  readonly commit: string;
  readonly composition: Composition;
  /** Number of the attempt that it was. */
  readonly returnsTo: number;
  /** The commits that it is made of. */
  readonly commits: readonly string[];
  /** Deployments of its web that the record names, newest first. */
  readonly webDeployments: readonly RecordedDeployment[];
}

export interface WantedRelease extends RecordedEnvironment {
  readonly stack: string;
}

/**
 * Looks the release up that `rollout:release` names, in the environment's own record.
 *
 * @throws Error when it is not there or cannot be returned to.
 */
export async function earlierRelease(
  name: string,
  wanted: WantedRelease,
  access: CloudAccess,
): Promise<EarlierRelease> {
  return chooseRelease(name, wanted, await attemptsOnRecord(wanted, access));
}

/** @throws Error when the attempts hold no such release, or one that cannot be returned to. */
export function chooseRelease(
  name: string,
  { stack, kind, settings }: WantedRelease,
  attempts: readonly Attempt[],
): EarlierRelease {
  const history = `bin/rollout history --stack ${stack}`;
  const found = namedAttempt(attempts, name);
  if (!found) throw new Error(`${kind.environment} has no release ${name} on record. It has: ${history}`);
  const reason = blocker(attempts, found);
  if (reason !== undefined)
    throw new Error(
      `release ${name} of ${kind.environment} (#${String(found.number)}) cannot be returned to: ${reason}. See: ${history}`,
    );
  const undeclared = Object.keys(found.composition.workers).filter(
    (name) => !workerNames(settings).includes(name),
  );
  if (undeclared.length > 0 && (settings.only === undefined || settings.only === "workers"))
    throw new Error(
      `release ${name} of ${kind.environment} (#${String(found.number)}) has the worker ${undeclared.join(", ")}, which ` +
        `rollout.config.ts does not declare: git checkout ${found.commit}, and bin/rollout up there`,
    );
  if (settings.only === undefined)
    return {
      name: found.release,
      commit: found.commit,
      composition: found.composition,
      returnsTo: found.number,
      commits: commitsOf(found.composition, found.commit),
      webDeployments: webDeploymentsOf(found.composition, attempts),
    };
  const part = partNamed(settings.only, settings);
  if (part === undefined)
    throw new Error(`rollout:only is ${settings.only}, and there is: ${partsOf(settings).join(", ")}`);
  const live = liveOf(attempts);
  if (!live) throw new Error(`${kind.environment} has no live release that a part could be changed of`);
  const composition = mix(live.composition, found.composition, part);
  return {
    returnsTo: found.number,
    commit: live.commit,
    name: `${live.release}+${partName(part)}@${found.commit.slice(0, 12)}`,
    composition,
    commits: commitsOf(composition, found.commit, live.commit),
    webDeployments: webDeploymentsOf(composition, attempts),
  };
}
