import type { CloudAccess } from "../shared/cloud-access.ts";
import { imageDigest } from "../fly/registry.ts";
import type { GitHub, Repository } from "../github/client.ts";
import type { Attempt } from "./records/attempts.ts";
import { attemptsIn, isGood } from "./records/attempts.ts";
import { sourcesOf } from "./records/entry.ts";
import { readRecord } from "./records/read-record.ts";
import type { RecordTrusts } from "./records/signature.ts";
import { isPassed } from "./smoke-proof.ts";

/** What of a release runs, whatever its commit: a merge makes another commit of the same content. */
export interface Content {
  /** Digests of the sources, by part. */
  readonly sources: Readonly<Record<string, string>>;
  /** Digest of the set of migrations. */
  readonly migrations: string;
}

export interface WantedProof extends Repository {
  /** Environment on which the content has to be proven. */
  readonly provenOn: string;
  readonly records: RecordTrusts;
  readonly content: Content;
  /** Digest of the program that is to roll it out. */
  readonly program: string;
  /** The workers' image: the app in whose registry it is, and its reference. */
  readonly image: { readonly app: string; readonly reference: string };
  /** Days for which a proof counts. */
  readonly proofDays: number;
}

/**
 * Why the content does not count as proven there; empty when it does. Wanted are: a newest attempt that succeeded, and
 * an attempt with exactly this content that succeeded, by this very program and with the image that the registry holds today.
 */
export async function proofFaults(
  wanted: WantedProof,
  github: GitHub,
  access: CloudAccess,
  now: Date,
): Promise<readonly string[]> {
  const { provenOn } = wanted;
  const attempts = attemptsIn(await readRecord(github, { ...wanted, environment: provenOn }));
  const [newest] = attempts;
  if (!newest)
    return [
      `${provenOn} has no rollout on record. Roll this content out there first: bin/rollout up --stack ${provenOn}`,
    ];
  return [
    ...(isGood(newest)
      ? []
      : [`${provenOn}'s newest attempt (${describe(newest)}) ${outcomeOf(newest)}; expected a success`]),
    ...(await contentFaults(wanted, attempts, access, now)),
  ];
}

async function contentFaults(
  wanted: WantedProof,
  attempts: readonly Attempt[],
  access: CloudAccess,
  now: Date,
): Promise<readonly string[]> {
  const same = attempts.filter((attempt) => differences(wanted, attempt).length === 0);
  if (same.length === 0) {
    const [newest] = attempts;
    const different = newest ? differences(wanted, newest) : [];
    return [
      `this content is not proven on ${wanted.provenOn}; against its newest attempt: ${different.join("; ")}. ` +
        `Roll it out there first: bin/rollout up --stack ${wanted.provenOn}`,
    ];
  }
  const held = await imageDigest(access.fly, wanted.image.app, wanted.image.reference);
  const faults = same.map((attempt) => receiptFaults(wanted, attempt, held, now));
  // What is reported is the newest one's, which a user knows best.
  return faults.some((each) => each.length === 0) ? [] : (faults[0] ?? []);
}

/** What of the attempt's release is not as it is wanted, in words. */
function differences({ content }: WantedProof, { composition }: Attempt): readonly string[] {
  const sources = sourcesOf(composition);
  const pairs: readonly (readonly [string, string, string])[] = [
    ...Object.keys({ ...content.sources, ...sources }).map(
      (part) => [`${part} sources`, content.sources[part] ?? "none", sources[part] ?? "none"] as const,
    ),
    ["migrations", content.migrations, composition.migrations.digest],
  ];
  return pairs
    .filter(([, expected, found]) => expected !== found)
    .map(([what, expected, found]) => `${what} ${found.slice(0, 12)} instead of ${expected.slice(0, 12)}`);
}

/** What is missing at an attempt of the right content. */
function receiptFaults(
  { image, proofDays, provenOn, program }: WantedProof,
  attempt: Attempt,
  held: string | undefined,
  now: Date,
): readonly string[] {
  const { ended } = attempt;
  const which = `the attempt on ${provenOn} with this content (${describe(attempt)})`;
  if (ended?.result !== "success") return [`${which} ${outcomeOf(attempt)}`];
  if (!isPassed(ended.description))
    return [
      `${which} proves nothing: ${ended.description}. ` +
        `Roll it out there with a smoke test that passes: bin/rollout up --stack ${provenOn}`,
    ];
  const age = (now.getTime() - Date.parse(ended.at)) / 86_400_000;
  const ran = ended.images?.find(({ reference }) => reference === image.reference)?.digest;
  return [
    ...programFaults({ program, provenOn }, attempt, which),
    // Written so that a date which cannot be read is no proof either.
    ...(age <= proofDays
      ? []
      : [
          `the proof on ${provenOn} is of ${ended.at}, and one counts for ${String(proofDays)} days. Roll out there again`,
        ]),
    ...(ran === undefined ? [`${which} names no image ${image.reference}`] : []),
    ...(held === undefined ? [`Fly's registry does not hold ${image.reference}`] : []),
    ...(ran !== undefined && held !== undefined && ran !== held
      ? [`${provenOn} proved ${ran}, and Fly's registry holds ${held} as ${image.reference}`]
      : []),
  ];
}

/** A rollback builds and migrates nothing, so its attempt proves no program. */
function programFaults(
  { program, provenOn }: Pick<WantedProof, "program" | "provenOn">,
  attempt: Attempt,
  which: string,
): readonly string[] {
  if (isRolledOutBy(program, attempt)) return [];
  const remedy = `Roll this commit out there first: bin/rollout up --stack ${provenOn}`;
  if (attempt.returnsTo !== undefined)
    return [`${which} was a rollback, which proves neither builds nor migrations. ${remedy}`];
  if (attempt.program === undefined)
    return [`${which} has no program on record: an earlier version rolled it out. ${remedy}`];
  return [
    `${which} was rolled out by the program ${attempt.program.slice(0, 12)}, and this one is ${program.slice(0, 12)}: ` +
      `infra, stacks, cli, a script, a fly.*.toml or the packages differ (git diff --stat ${attempt.commit.slice(0, 12)} HEAD). ${remedy}`,
  ];
}

/** Whether the attempt went forward by this program. */
export function isRolledOutBy(program: string, { returnsTo, program: own }: Attempt): boolean {
  return returnsTo === undefined && own === program;
}

function describe({ number, commit, at }: Attempt): string {
  return `#${String(number)} of commit ${commit.slice(0, 12)}, begun ${at}`;
}

function outcomeOf({ ended }: Attempt): string {
  return ended === undefined ? "still runs" : "failed";
}
