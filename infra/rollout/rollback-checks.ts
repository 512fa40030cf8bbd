import type { CloudAccess } from "../shared/cloud-access.ts";
import { imageDigest } from "../fly/registry.ts";
import type { GitHub } from "../github/client.ts";
import { sameValue } from "../shared/same-value.ts";
import type { Content, WantedProof } from "./proof.ts";
import { isRolledOutBy } from "./proof.ts";
import type { Attempt } from "./records/attempts.ts";
import { attemptsIn, blocker, isGood } from "./records/attempts.ts";
import type { RecordPlace } from "./records/chain.ts";
import { readRecord } from "./records/read-record.ts";
import type { Composition } from "./records/entry.ts";
import { sourcesOf } from "./records/entry.ts";
import { isPassed } from "./smoke-proof.ts";

export interface WantedReturn extends RecordPlace {
  /** Number of the attempt whose release it is. */
  readonly returnsTo: number;
  readonly images: Images;
}

/** The images that a release's workers run. */
export interface Images {
  /** The Fly app in whose registry they are. */
  readonly app: string;
  readonly references: readonly string[];
}

/**
 * Why an environment may not be given back a release; empty when it may. What it ran with success is proven there,
 * whatever another environment or CI shows today, as long as the registry has the same image.
 */
export async function rollbackFaults(
  { returnsTo, images, ...place }: WantedReturn,
  github: GitHub,
  access: CloudAccess,
): Promise<readonly string[]> {
  const attempts = attemptsIn(await readRecord(github, place));
  const wanted = attempts.find(({ number }) => number === returnsTo);
  if (!wanted) return [`the record of ${place.environment} has no attempt #${String(returnsTo)}`];
  const reason = blocker(attempts, wanted);
  return [
    ...(reason === undefined ? [] : [`#${String(returnsTo)} cannot be returned to: ${reason}`]),
    ...(await imageFaults([wanted, ...attempts.filter(isGood)], images, access)),
  ];
}

/** @param ran attempts that record which image each reference was, the first that names one counts: a part may be of another release. */
async function imageFaults(
  ran: readonly Attempt[],
  { app, references }: Images,
  access: CloudAccess,
): Promise<readonly string[]> {
  const faults = [...new Set(references)].map(async (reference) => {
    const digest = ran.map(({ ended }) => digestIn(ended, reference)).find((each) => each !== undefined);
    if (digest === undefined) return [`no success on record names the digest of the image ${reference}`];
    return heldFaults(app, reference, digest, access);
  });
  return (await Promise.all(faults)).flat();
}

/** Whether Fly's registry has another image under a reference than the one that ran. */
export async function heldFaults(
  app: string,
  reference: string,
  digest: string,
  access: CloudAccess,
): Promise<readonly string[]> {
  const held = await imageDigest(access.fly, app, reference);
  if (held === digest) return [];
  return held === undefined
    ? [`Fly's registry does not hold ${reference} any more`]
    : [`Fly's registry holds ${held} as ${reference}, and ${digest} ran here`];
}

/**
 * Whether the registry has another image under the release's tag than the one that an earlier success of this environment
 * ran: a tag names its content, so another image was pushed over it.
 */
export async function pushedAgainFaults(
  { app, references }: Images,
  place: RecordPlace,
  github: GitHub,
  access: CloudAccess,
): Promise<readonly string[]> {
  const attempts = attemptsIn(await readRecord(github, place));
  const faults = references.map(async (reference) => {
    const same = attempts.find(({ ended }) => digestIn(ended, reference) !== undefined);
    const ran = digestIn(same?.ended, reference);
    const held = ran === undefined ? undefined : await imageDigest(access.fly, app, reference);
    // One that is gone is built again.
    if (held === undefined || held === ran) return [];
    return [
      `Fly's registry holds ${held} as ${reference}, and ${ran ?? ""} ran here (#${String(same?.number)}): ` +
        "another image was pushed over it. Any change of the Dockerfile, such as a comment, gives the image another tag",
    ];
  });
  return (await Promise.all(faults)).flat();
}

/** The digest of the image that a success names under a reference. */
export function digestIn(ended: Attempt["ended"], reference: string): string | undefined {
  return ended?.images?.find((image) => image.reference === reference)?.digest;
}

/** The good attempt of an environment that had exactly this content by this program, and can be returned to; none when there is none. */
export async function provenHere(
  content: Content,
  { program, image }: Pick<WantedProof, "program" | "image">,
  place: RecordPlace,
  github: GitHub,
  access: CloudAccess,
): Promise<Attempt | undefined> {
  const attempts = attemptsIn(await readRecord(github, place));
  const same = attempts.find(
    (each) =>
      isGood(each) &&
      isPassed(each.ended?.description ?? "") &&
      blocker(attempts, each) === undefined &&
      holds(each.composition, content) &&
      isRolledOutBy(program, each) &&
      digestIn(each.ended, image.reference) !== undefined,
  );
  const images = { app: image.app, references: [image.reference] };
  return same && (await imageFaults([same], images, access)).length === 0 ? same : undefined;
}

function holds(composition: Composition, { sources, migrations }: Content): boolean {
  return sameValue(sourcesOf(composition), sources) && composition.migrations.digest === migrations;
}
