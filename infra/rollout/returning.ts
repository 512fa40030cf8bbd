import type { CloudAccess } from "../shared/cloud-access.ts";
import { imageDigest } from "../fly/registry.ts";
import type { GitHub, Repository } from "../github/client.ts";
import type { Content } from "./proof.ts";
import type { Attempt } from "./records/attempts.ts";
import { attemptsIn, hindrance, isGood } from "./records/attempts.ts";
import { readAnchors } from "./records/anchors.ts";
import { readChain } from "./records/chain.ts";
import type { Composition } from "./records/entry.ts";
import { isPassed } from "./smoke-proof.ts";
import { recordFaults } from "./records/verify.ts";

export interface WantedReturn extends Repository {
  readonly environment: string;
  /** Number of the attempt whose release it is. */
  readonly returnsTo: number;
  /** The workers' image: the app in whose registry it is, and its reference. */
  readonly image: { readonly app: string; readonly reference: string };
}

/**
 * Why an environment may not be given back a release; empty when it may. What it ran with success is proven there,
 * whatever another environment or CI says today, as long as the record is whole and the registry has the same image.
 */
export async function returnFaults(
  { returnsTo, image, ...place }: WantedReturn,
  github: GitHub,
  access: CloudAccess,
): Promise<readonly string[]> {
  const chain = await readChain(github, place);
  const attempts = attemptsIn(chain);
  const wanted = attempts.find(({ number }) => number === returnsTo);
  if (!wanted) return [`the record of ${place.environment} has no attempt #${String(returnsTo)}`];
  const reason = hindrance(attempts, wanted);
  // An entry that was written over with all behind it keeps its hashes; its deployment on GitHub keeps the hash.
  const anchors = await readAnchors(github, place, [...new Set([wanted, ...attempts.slice(0, 1)])]);
  return [
    ...recordFaults(chain, anchors).map(
      (fault) => `the record of ${place.environment} was changed: ${fault}`,
    ),
    ...(reason === undefined ? [] : [`#${String(returnsTo)} cannot be returned to: ${reason}`]),
    ...(await imageFaults(wanted, image, access)),
  ];
}

async function imageFaults(
  { composition, ended }: Attempt,
  { app, reference }: WantedReturn["image"],
  access: CloudAccess,
): Promise<readonly string[]> {
  // Another part of it may come from elsewhere; that one was proven there.
  if (composition.worker.image !== reference || ended?.imageDigest === undefined) return [];
  const held = await imageDigest(access.fly, app, reference);
  if (held === ended.imageDigest) return [];
  return [
    held === undefined
      ? `Fly's registry does not hold ${reference} any more`
      : `Fly's registry holds ${held} as ${reference}, and ${ended.imageDigest} ran here`,
  ];
}

/**
 * Whether the registry has another image under the release's tag than the one that an earlier success of this environment
 * ran: a tag names its content, so somebody has pushed over it.
 */
export async function pushedAgainFaults(
  image: WantedReturn["image"],
  place: Repository & { readonly environment: string },
  github: GitHub,
  access: CloudAccess,
): Promise<readonly string[]> {
  const same = attemptsIn(await readChain(github, place)).find(
    ({ composition, ended }) =>
      composition.worker.image === image.reference && ended?.imageDigest !== undefined,
  );
  const ran = same?.ended?.imageDigest;
  const held = ran === undefined ? undefined : await imageDigest(access.fly, image.app, image.reference);
  // One that is gone is built again.
  if (held === undefined || held === ran) return [];
  return [
    `Fly's registry holds ${held} as ${image.reference}, and ${ran ?? ""} ran here (#${String(same?.number)}): ` +
      "somebody pushed over it. Any change of the Dockerfile, such as a comment, gives the image another tag",
  ];
}

/** The good attempt of an environment that had exactly this content, and can be returned to; none when there is none. */
export async function provenHere(
  content: Content,
  image: WantedReturn["image"],
  place: Repository & { readonly environment: string },
  github: GitHub,
  access: CloudAccess,
): Promise<Attempt | undefined> {
  const chain = await readChain(github, place);
  if (recordFaults(chain, new Map()).length > 0) return undefined;
  const attempts = attemptsIn(chain);
  const same = attempts.find(
    (each) =>
      isGood(each) &&
      isPassed(each.ended?.description ?? "") &&
      hindrance(attempts, each) === undefined &&
      holds(each.composition, content) &&
      each.composition.worker.image === image.reference &&
      each.ended?.imageDigest !== undefined,
  );
  return same && (await imageFaults(same, image, access)).length === 0 ? same : undefined;
}

function holds({ web, worker, regenerator, migrations }: Composition, content: Content): boolean {
  return (
    web.source === content.web &&
    worker.source === content.worker &&
    regenerator.source === content.regenerator &&
    migrations.digest === content.migrations
  );
}
