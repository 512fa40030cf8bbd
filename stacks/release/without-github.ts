import { readFileSync } from "node:fs";
import { attemptsIn, isGood } from "@rollout/infra/rollout/records/attempts";
import type { RecordCopy } from "@rollout/infra/rollout/records/copy";
import { readCopy } from "@rollout/infra/rollout/records/copy";
import { digestIn } from "@rollout/infra/rollout/rollback-checks";
import type { Outage, OutageRun } from "@rollout/infra/rollout/without-github";
import { outageVariable } from "@rollout/infra/rollout/without-github";
import { recordTrusts } from "../settings/record-trusts.ts";
import { imageAppOf } from "./composition.ts";
import type { EarlierRelease, WantedRelease } from "./earlier-release.ts";
import { chooseRelease } from "./earlier-release.ts";
import { imagesOf } from "./worker-parts.ts";

/** What a command hands the program over for a rollback without GitHub, in a file that only its user reads. */
export interface OutageFile {
  readonly outage: Outage;
  /** Of the stack's state. It is verified again here. */
  readonly copy: RecordCopy;
}

/** The file, where this run is one without GitHub. */
export function readOutage(environment: NodeJS.ProcessEnv): OutageFile | undefined {
  const path = environment[outageVariable];
  return path ? (JSON.parse(readFileSync(path, "utf8")) as OutageFile) : undefined;
}

/**
 * Looks the release up as `earlierRelease` does, in the copy of the record.
 *
 * @throws Error when it is not there or cannot be returned to, CopyRefused when the copy does not count.
 */
export function releaseOfCopy(
  name: string,
  wanted: WantedRelease,
  { outage, copy }: OutageFile,
): EarlierRelease & { readonly withoutGitHub: OutageRun } {
  const { kind, settings } = wanted;
  const records = recordTrusts(kind, settings) ?? {};
  const attempts = attemptsIn(readCopy(copy, { environment: kind.environment, records }));
  const chosen = chooseRelease(name, wanted, attempts);
  const own = attempts.filter(({ number }) => number === chosen.returnsTo);
  const images = imagesOf(chosen.composition).map((reference) => {
    const digest = [...own, ...attempts.filter(isGood)]
      .map(({ ended }) => digestIn(ended, reference))
      .find((each) => each !== undefined);
    if (digest === undefined)
      throw new Error(`no success in the copy of the record names the digest of the image ${reference}`);
    return { reference, digest };
  });
  return { ...chosen, withoutGitHub: { ...outage, imageApp: imageAppOf(settings), images } };
}
