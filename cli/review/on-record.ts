import { readCloudAccess } from "@rollout/infra/shared/cloud-access";
import { openGitHub } from "@rollout/infra/github/client";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { attemptsIn, liveOf, sameRelease } from "@rollout/infra/rollout/records/attempts";
import { readRecord } from "@rollout/infra/rollout/records/read-record";
import { compositionSchema } from "@rollout/infra/rollout/records/entry";
import type { RecordTrusts } from "@rollout/infra/rollout/records/signature";
import { incidentsOf } from "../history/incidents.ts";
import { type CommitsSinceLive, commitsBetween } from "./commits.ts";
import type { Plan } from "./plan.ts";

/** What the environment's record has of the planned release. */
export interface OnRecord {
  readonly commits?: CommitsSinceLive;
  readonly failed?: FailedBefore;
}

/** The newest rollout of the very release that is planned, where that one failed. */
export interface FailedBefore {
  readonly number: number;
  /** RFC 3339. */
  readonly at: string;
  readonly sameBy: "commit" | "content";
  /** The step that failed, as the record has it. */
  readonly description: string;
  readonly incident?: string;
}

interface Planned {
  readonly owner: string;
  readonly repository: string;
  readonly environment: string;
  readonly release: string;
  readonly commit: string;
  readonly composition?: unknown;
  readonly records?: RecordTrusts;
}

/** Nothing where GitHub cannot be asked, or nothing is to be rolled out. */
export async function readOnRecord(
  checkout: string,
  { steps }: Plan,
  environment: NodeJS.ProcessEnv,
): Promise<OnRecord> {
  const planned = steps.find(({ type }) => type.endsWith("rollout:Attempt"))?.after as Planned | undefined;
  if (!planned) return {};
  try {
    const github = await openGitHub(readCloudAccess(environment).github);
    const attempts = attemptsIn(await readRecord(github, { ...planned, records: planned.records ?? {} }));
    const live = liveOf(attempts);
    const failed = failedBefore(attempts, planned);
    const incident = failed && (await incidentsOf(github, planned)).get(failed.number);
    return {
      ...(live ? { commits: commitsBetween(checkout, live, planned.commit) } : {}),
      ...(failed ? { failed: { ...failed, ...(incident === undefined ? {} : { incident }) } } : {}),
    };
  } catch {
    return {};
  }
}

/** @param attempts newest first. */
export function failedBefore(
  attempts: readonly Attempt[],
  { release, composition }: Pick<Planned, "release" | "composition">,
): FailedBefore | undefined {
  const { data: content } = compositionSchema.safeParse(composition);
  const same = attempts.find(
    (each) => each.release === release || (content !== undefined && sameRelease(each.composition, content)),
  );
  if (same?.ended?.result !== "failure") return undefined;
  return {
    number: same.number,
    at: same.ended.at,
    sameBy: same.release === release ? "commit" : "content",
    description: same.ended.description,
  };
}
