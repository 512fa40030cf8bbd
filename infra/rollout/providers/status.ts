import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import type { Repository } from "../../github/client.ts";
import { openGitHub } from "../../github/client.ts";
import type { RecordWriter } from "../records/append.ts";
import type { End } from "../records/keep.ts";
import { enterEnd, enterNote } from "../records/keep.ts";
import type { RecordTrusts } from "../records/signature.ts";
import type { SeenEntry } from "../records/verify.ts";
import { whoAmI } from "../../shared/machine.ts";
import { currentLease, setCurrentLease } from "../lease/current-lease.ts";
import { noteReceipt, report } from "../record.ts";
import type { OutageRun, UnrecordedEnd } from "../without-github.ts";

export interface StatusInputs extends Repository {
  readonly environment: string;
  readonly commit: string;
  readonly deploymentId: number;
  readonly webUrl: string;
  /** The smoke test's own words; they change with every run of it. */
  readonly proof: string;
  /** Receipt of the image that the workers run. Absent in the states of earlier versions. */
  readonly image?: string;
  /** Each image that the workers run, with its digest in the registry. Like all below, absent in the states of earlier versions. */
  readonly images?: readonly { readonly reference: string; readonly digest: string }[];
  /** Deployment that is live at the web address. */
  readonly webDeployment?: string;
  /** Digests of the files that were uploaded for it. Absent where an earlier version made it. */
  readonly webFiles?: Readonly<Record<string, string>>;
  /** Number of the attempt in the environment's record; none of an environment that has none. */
  readonly attempt?: number;
  /** Why no release before this one may run on the schema that it leaves; empty where each may. */
  readonly oneWay?: string;
  /** The first entry of the attempt: the record has to have it still. */
  readonly begun?: SeenEntry | undefined;
  /** Whose entries of records count, by environment; absent for an environment that has no record. */
  readonly records?: RecordTrusts;
  /** Of a rollback while GitHub does not answer. */
  readonly withoutGitHub?: OutageRun;
}

export interface StatusOutputs extends StatusInputs {
  /** The entry that closed the attempt, for the state to remember. */
  readonly entry?: SeenEntry;
  /** The text of that entry, which comes behind the copy of the record that the attempt keeps. */
  readonly ending?: string;
  /** How rollbacks without GitHub have ended since, oldest first. */
  readonly unrecorded?: readonly UnrecordedEnd[];
}

type Closed = Pick<StatusOutputs, "entry" | "ending">;

/** Closes the record of a rollout as a success, which only the last step knows. */
export const provider: ProviderModule<StatusInputs, StatusOutputs> = {
  async create(news, context) {
    return { id: news.environment, outputs: { ...news, ...(await close(news, context)) } };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  async update(_id, olds, news, context) {
    if (news.withoutGitHub) return notedForLater(olds, news, news.withoutGitHub);
    const closed = await close(news, context);
    // The attempt of the rollout before: what was changed out of band is as that one left it, and has passed the test again.
    if (news.attempt !== undefined && news.attempt === olds.attempt && news.proof !== olds.proof)
      await note(news, "repaired", news.proof, context);
    const { entry, ending } = olds;
    return { ...news, ...(entry ? { entry } : {}), ...(ending === undefined ? {} : { ending }), ...closed };
  },

  // The last step is the first that a destroy deletes: from then on nothing is known to be live.
  async delete(_id, olds, context) {
    if (olds.attempt !== undefined) await note(olds, "destroyed", "by pulumi destroy", context);
  },
};

function notedForLater(olds: StatusOutputs, news: StatusInputs, { id }: OutageRun): StatusOutputs {
  const { entry, ending, unrecorded = [] } = olds;
  const { proof: description, images, webDeployment, webFiles, webUrl } = news;
  const of = { description, images, webDeployment, webFiles, webUrl };
  const end: UnrecordedEnd = { id, at: new Date().toISOString(), ...of };
  return {
    ...news,
    ...(entry ? { entry } : {}),
    ...(ending === undefined ? {} : { ending }),
    unrecorded: [...unrecorded, end],
  };
}

async function note(
  place: StatusInputs,
  event: "repaired" | "destroyed",
  description: string,
  context: ProviderContext,
): Promise<void> {
  const writer = await writerOf(place, context);
  if (writer) await enterNote(writer, { by: whoAmI(), event, description });
  else
    context.note(
      `${event}: not entered into the record, for which the state of an earlier version names no keys`,
    );
}

async function writerOf(
  { records, begun, ...place }: StatusInputs,
  { access, privateKeys = [] }: ProviderContext,
): Promise<RecordWriter | undefined> {
  return (
    records && {
      github: await openGitHub(access.github),
      place: { ...place, records },
      privateKeys,
      anchors: begun === undefined ? [] : [{ ...begun, source: "this rollout" }],
    }
  );
}

async function enter(news: StatusInputs, attempt: number, writer: RecordWriter): Promise<Closed> {
  const { images, webDeployment, webFiles, webUrl, proof, oneWay } = news;
  const end: End = {
    result: "success",
    description: proof,
    webUrl,
    ...(images === undefined ? {} : { images: [...images] }),
    ...(webDeployment === undefined ? {} : { webDeployment }),
    ...(webFiles === undefined ? {} : { webFiles }),
    ...(oneWay === undefined || oneWay === "" ? {} : { oneWay }),
  };
  const { hasEnded, added } = await enterEnd(writer, end, (running) => running.attempt === attempt);
  if (!hasEnded)
    throw new Error(
      `another rollout of ${news.environment} has begun since attempt #${String(attempt)}: this one is not entered as a success`,
    );
  return added ? { entry: added.anchor, ending: added.message } : {};
}

async function close(news: StatusInputs, context: ProviderContext): Promise<Closed> {
  const github = await openGitHub(context.access.github);
  const writer = await writerOf(news, context);
  if (news.image !== undefined) await noteReceipt(github, news, news.deploymentId, news.image);
  const closed = writer && news.attempt !== undefined ? await enter(news, news.attempt, writer) : {};
  await report(github, { ...news, state: "success", description: news.proof });
  // A failed rollout's lease is given back by the command that has seen its engine end: until then steps may be at work.
  await currentLease()?.release();
  setCurrentLease(undefined);
  return closed;
}
