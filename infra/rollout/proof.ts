import { z } from "zod";
import type { CloudAccess } from "../shared/cloud-access.ts";
import { imageDigest } from "../fly/registry.ts";
import type { GitHub, Repository } from "../github/client.ts";
import type { RecordedAttempt } from "./record.ts";
import { isPassed } from "./smoke-proof.ts";
import { imageReceipt, isImageReceipt } from "../fly/image-receipt.ts";
import { recordedAttempts, stateOf, statusesOf } from "./record.ts";

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
  readonly content: Content;
  /** The workers' image: the app in whose registry it is, and its reference. */
  readonly image: { readonly app: string; readonly reference: string };
  /** Days for which a proof counts. */
  readonly proofDays: number;
}

/** How many attempts are looked through for the proof. */
const horizon = 100;

const text = z.string().min(1);
const payload = z.object({
  environment: text,
  artifacts: z.record(text, text),
  migrations: z.object({ digest: text }),
});

/**
 * Why the content does not count as proven there; empty when it does. Wanted are: a newest attempt that succeeded, and
 * an attempt with exactly this content that succeeded, with the image that the registry holds today.
 */
export async function proofFaults(
  wanted: WantedProof,
  github: GitHub,
  access: CloudAccess,
  now: Date,
): Promise<readonly string[]> {
  const records = await recordedAttempts(github, wanted, wanted.provenOn, horizon);
  const [newest] = records;
  if (!newest)
    return [
      `${wanted.provenOn} has no rollout on record. Roll this content out there first: bin/rollout up --stack ${wanted.provenOn}`,
    ];
  const newestState = await stateOf(github, wanted, newest.deploymentId);
  return [
    ...(newestState === "success"
      ? []
      : [
          `${wanted.provenOn}'s newest attempt (${describe(newest)}) ${ended(newestState)}; expected a success`,
        ]),
    ...(await contentFaults(wanted, records, github, access, now)),
  ];
}

async function contentFaults(
  wanted: WantedProof,
  records: readonly RecordedAttempt[],
  github: GitHub,
  access: CloudAccess,
  now: Date,
): Promise<readonly string[]> {
  const same = records.filter((record) => differences(wanted, record).length === 0);
  if (same.length === 0) {
    const [newest] = records;
    const different = newest ? differences(wanted, newest) : [];
    return [
      `this content is not proven on ${wanted.provenOn}; against its newest attempt: ${different.join("; ")}. ` +
        `Roll it out there first: bin/rollout up --stack ${wanted.provenOn}`,
    ];
  }
  let faults: readonly string[] = [];
  for (const record of same) {
    const found = await receiptFaults(wanted, record, github, access, now);
    if (found.length === 0) return [];
    // What is told is the newest one's, which a user knows best.
    if (faults.length === 0) faults = found;
  }
  return faults;
}

/** What of the record is not as it is wanted, in words. */
function differences({ provenOn, content }: WantedProof, record: RecordedAttempt): readonly string[] {
  const parsed = payload.safeParse(record.payload);
  if (!parsed.success) return [`the record ${String(record.deploymentId)} cannot be read`];
  const { environment, artifacts, migrations } = parsed.data;
  const pairs: readonly (readonly [string, string, string])[] = [
    ["environment", provenOn, environment],
    ...Object.keys({ ...content.sources, ...artifacts }).map(
      (part) => [`${part} sources`, content.sources[part] ?? "none", artifacts[part] ?? "none"] as const,
    ),
    ["migrations", content.migrations, migrations.digest],
  ];
  return pairs
    .filter(([, expected, found]) => expected !== found)
    .map(([what, expected, found]) => `${what} ${found.slice(0, 12)} instead of ${expected.slice(0, 12)}`);
}

/** What is missing at a record of the right content. */
async function receiptFaults(
  { owner, repository, image, proofDays, provenOn }: WantedProof,
  record: RecordedAttempt,
  github: GitHub,
  access: CloudAccess,
  now: Date,
): Promise<readonly string[]> {
  const statuses = await statusesOf(github, { owner, repository }, record.deploymentId);
  const [last] = statuses;
  if (last?.state !== "success")
    return [
      `the attempt on ${provenOn} with this content (${describe(record)}) ${ended(last?.state ?? "pending")}`,
    ];
  if (!isPassed(last.description))
    return [
      `the attempt on ${provenOn} with this content (${describe(record)}) proves nothing: ${last.description}. ` +
        `Roll it out there with a smoke test that passes: bin/rollout up --stack ${provenOn}`,
    ];
  const age = (now.getTime() - Date.parse(last.createdAt)) / 86_400_000;
  const receipt = statuses.find(({ description }) => isImageReceipt(description))?.description;
  const held = await imageDigest(access.fly, image.app, image.reference);
  return [
    // Written so that a date which cannot be read is no proof either.
    ...(age <= proofDays
      ? []
      : [
          `the proof on ${provenOn} is of ${last.createdAt}, and one counts for ${String(proofDays)} days. Roll out there again`,
        ]),
    ...(receipt === undefined ? [`the attempt on ${provenOn} (${describe(record)}) names no image`] : []),
    ...(held === undefined ? [`Fly's registry does not hold ${image.reference}`] : []),
    ...(receipt !== undefined && held !== undefined && receipt !== imageReceipt(held)
      ? [`${provenOn} proved ${receipt}, and Fly's registry holds ${held} as ${image.reference}`]
      : []),
  ];
}

function describe({ commit, createdAt }: RecordedAttempt): string {
  return `commit ${commit.slice(0, 12)}, begun ${createdAt}`;
}

function ended(state: string): string {
  if (["pending", "queued", "in_progress"].includes(state)) return "still runs";
  return state === "failure" || state === "error" ? "failed" : `is ${state}`;
}
