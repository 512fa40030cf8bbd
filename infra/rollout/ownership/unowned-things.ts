import type { CloudAccess } from "../../shared/cloud-access.ts";
import type { GitHub, Repository } from "../../github/client.ts";
import type { RecordPlace } from "../records/chain.ts";
import type { FoundThing } from "./found-thing.ts";
import { flyThings } from "./on-fly.ts";
import { githubThings } from "./on-github.ts";
import { neonThings } from "./on-neon.ts";
import { vercelThings } from "./on-vercel.ts";
import { railwayThings } from "./on-railway.ts";
import { recordedNames } from "./recorded-names.ts";
import type { StackNames, Thing } from "./stack-names.ts";
import { isShared, textOf, textWithoutAccount, thingsOf } from "./stack-names.ts";

export interface OwnershipPlace extends RecordPlace {
  readonly names: StackNames;
}

/** A thing that exists under a name of the stack and is not known to be the stack's. */
export interface UnownedThing extends FoundThing {
  /** Environment whose record names it as its own. */
  readonly belongsTo?: string;
}

/**
 * What exists under the stack's names without being its own. Only reads, and nothing but the record where that or the
 * stack's state has it that all names are the stack's, as after the first rollout.
 *
 * @param before The names that the stack's state has from the rollout before; undefined where it has none.
 */
export async function unownedThings(
  { names, environment, ...repository }: OwnershipPlace,
  github: GitHub,
  access: CloudAccess,
  before?: StackNames,
): Promise<readonly UnownedThing[]> {
  const inState = new Set(before ? thingsOf(before).map(textOf) : []);
  // Without an organization in the settings, it is the one of the key.
  const isInState = (thing: Thing): boolean =>
    inState.has(textOf(thing)) || inState.has(textWithoutAccount(thing));
  const unknown = thingsOf(names).filter((thing) => !isInState(thing));
  if (unknown.length === 0) return [];
  const textsOf = (thing: Thing): readonly string[] =>
    isOtherAccount(thing, before) ? [textOf(thing)] : [textOf(thing), textWithoutAccount(thing)];
  const own = await recordedNames(github, { ...repository, environment });
  const isOwn = (thing: Thing): boolean => isInState(thing) || own.isOwned(textsOf(thing));
  if (unknown.every(isOwn)) return [];
  const [found, others] = await Promise.all([
    everyThing(names, repository, access),
    Promise.all(
      names.otherEnvironments.map(async (other) => ({
        environment: other,
        record: await recordedNames(github, { ...repository, environment: other }),
      })),
    ),
  ]);
  const records = [own, ...others.map(({ record }) => record)];
  const isOurs = (thing: FoundThing): boolean =>
    isOwn(thing) ||
    (isShared(thing) && records.some((record) => record.isOwned(textsOf(thing)))) ||
    records.some((record) => thing.partOf && record.isMade(textsOf(thing.partOf)));
  return found
    .filter((thing) => !isOurs(thing))
    .map((thing) => {
      const owner = others.find(({ record }) => record.isNamed(textsOf(thing)));
      return owner ? { ...thing, belongsTo: owner.environment } : thing;
    });
}

/** Whether the stack had another account before: names of earlier versions, which lack it, are then things of that one. */
function isOtherAccount({ kind, account }: Thing, before: StackNames | undefined): boolean {
  const last = kind.startsWith("Neon ") ? before?.neon.organizationId : before?.vercel.team;
  return account !== undefined && last !== undefined && account !== last;
}

/** Things that a rollout would treat as its own, change and one day delete, so that it must not begin. */
export interface OwnershipConflict {
  readonly things: readonly UnownedThing[];
  /** What allows the rollout; empty where there are no such things. */
  readonly fixes: readonly string[];
}

/**
 * Looks for such things. Only reads.
 *
 * @param before The names that the stack's state has from the rollout before; undefined where it has none, or where the
 * caller does not see the state.
 */
export async function ownershipConflict(
  place: OwnershipPlace,
  github: GitHub,
  access: CloudAccess,
  before?: StackNames,
): Promise<OwnershipConflict> {
  const all = await unownedThings(place, github, access, before);
  const found = all.filter(({ harm }) => harm !== undefined);
  const { stack } = place.names;
  // One that was rolled out before adopts nothing more: it has things of its own under the names of before.
  const isAdoptable =
    before === undefined &&
    found.some(({ belongsTo, obstacle }) => belongsTo === undefined && obstacle === undefined);
  const isOthers = before !== undefined || found.some(({ belongsTo }) => belongsTo !== undefined);
  // Without the state, as in a preview, the record shows that such a rollout may have been.
  const isRenamed = found.length > 0 && (isOthers || (await recordedNames(github, place)).isBegun);
  return {
    things: found,
    fixes: [
      ...found.flatMap(({ obstacle, ...thing }) => (obstacle ? [`${textOf(thing)}: ${obstacle}`] : [])),
      ...(isAdoptable ? [`to take over what exists as it is: bin/rollout adopt --stack ${stack}`] : []),
      ...(isRenamed ? [`set a name that nothing has yet in Pulumi.${stack}.yaml`] : []),
    ],
  };
}

/** Why a rollout must not begin, with what allows it. Empty where there is nothing. */
export async function ownershipFaults(
  ...args: Parameters<typeof ownershipConflict>
): Promise<readonly string[]> {
  const { things, fixes } = await ownershipConflict(...args);
  return [
    ...things.map((thing) => {
      const owner =
        thing.belongsTo === undefined ? "was not made by this stack" : `belongs to ${thing.belongsTo}`;
      return `${textOf(thing)} exists and ${owner} (${thing.state}): ${thing.harm ?? ""}`;
    }),
    ...fixes,
  ];
}

/** Everything that exists under the stack's names, no matter which stack owns it. */
export async function everyThing(
  names: StackNames,
  repository: Repository,
  access: CloudAccess,
): Promise<readonly FoundThing[]> {
  const found = await Promise.all([
    neonThings(names, access.neon),
    flyThings(names, access.fly),
    railwayThings(names, access.railway),
    vercelThings(names, access.vercel),
    githubThings(names, repository, access.github),
  ]);
  return found.flat();
}
