import { setTimeout as sleep } from "node:timers/promises";
import type { GitHub } from "../../github/client.ts";
import type { Link, RecordPlace } from "./chain.ts";
import { readChain, readEndOfChain, recordRef } from "./chain.ts";
import type { Anchor, Verification } from "./verify.ts";
import { verifyRecord } from "./verify.ts";

/** A record that is not as its signers wrote it: nothing of it is read, run or rolled back to. */
export class RecordRefused extends Error {
  override readonly name = "RecordRefused";
  /** Whether entries are missing that GitHub may only not show yet. */
  readonly isBehind: boolean;
  constructor(place: RecordPlace, verification: Verification, hasRecord: boolean) {
    const faults = verification.faults.slice(0, mostFaults);
    const more = verification.faults.length - faults.length;
    super(
      [
        `the record of ${place.environment} is refused, and nothing is taken from it:`,
        ...faults.map((fault) => `  ${fault}`),
        ...(more > 0 ? [`  and ${String(more)} more`] : []),
        `  ${restoreAdvice(place, verification, hasRecord)}`,
      ].join("\n"),
    );
    this.isBehind = verification.isBehind === true;
  }
}

/** So many faults are listed: of a record that was rewritten every entry has some. */
const mostFaults = 5;

/**
 * The one way to read a record: every entry is signed by a key that the stack file lists, none is missing, and none is of
 * another environment.
 *
 * @param anchors entries that are known from elsewhere.
 * @throws RecordRefused
 */
export async function readRecord(
  github: GitHub,
  place: RecordPlace,
  anchors: readonly Anchor[] = [],
): Promise<readonly Link[]> {
  for (const pause of [...lagPauses, undefined]) {
    const chain = await readChain(github, place);
    const verification = verifyRecord(chain, { ...expectedAt(place), anchors });
    if (verification.faults.length === 0) return chain;
    if (pause === undefined || verification.isBehind !== true)
      throw new RecordRefused(place, verification, chain.length > 0);
    await sleep(pause);
  }
  throw new Error("Internal error: the last look at a record neither gave nor refused it");
}

/**
 * The newest entries, as many as one call gives, each verified as `readRecord` does, and whether there are some before them. For what
 * only informs: that the record is complete back to its first entry is not looked at.
 *
 * @throws RecordRefused
 */
export async function readNewest(
  github: GitHub,
  place: RecordPlace,
): Promise<{ readonly chain: readonly Link[]; readonly isCut: boolean }> {
  const { chain, isCut } = await readEndOfChain(github, place);
  const first = isCut ? chain.at(-1)?.entry?.entry : 1;
  // Entries of earlier versions have no number: where they stand is known by all before them.
  if (first === undefined) return { chain: await readRecord(github, place), isCut: false };
  const verification = verifyRecord(chain, { ...expectedAt(place), first });
  if (verification.faults.length > 0) throw new RecordRefused(place, verification, true);
  return { chain, isCut };
}

/** GitHub's refs were seen to lag behind a change by up to 30 s: before each further look, in milliseconds. */
export const lagPauses = [500, 1_000, 2_000, 4_000, 8_000, 15_000] as const;

export function expectedAt({ environment, records }: RecordPlace) {
  return { environment, trust: records[environment] };
}

/** What a user does about a record that is refused. */
export function restoreAdvice(
  { owner, repository, environment }: RecordPlace,
  { restoreTo }: Verification,
  hasRecord: boolean,
): string {
  const look =
    "Who may push has changed it. What is wrong with it: bin/rollout history --verify; docs/runbook.md describes what to do";
  if (restoreTo === undefined) return look;
  const refs = `repos/${owner}/${repository}/git/refs`;
  const command = hasRecord
    ? `gh api -X PATCH ${refs}/${recordRef(environment)} -f sha=${restoreTo} -F force=true`
    : `gh api ${refs} -f ref=refs/${recordRef(environment)} -f sha=${restoreTo}`;
  return `${look}. To let it end where it ended: ${command}`;
}
