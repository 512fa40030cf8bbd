import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import type { GitHub, Repository } from "../../github/client.ts";
import { openGitHub } from "../../github/client.ts";
import type { End } from "../records/keep.ts";
import { enterEnd, enterNote } from "../records/keep.ts";
import { whoAmI } from "../../shared/machine.ts";
import { currentLease, setCurrentLease } from "../lease/current-lease.ts";
import { noteReceipt, report } from "../record.ts";

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
  /** Number of the attempt in the environment's record; none of an environment that has none. */
  readonly attempt?: number;
  /** Why no release before this one may run on the schema that it leaves; empty where each may. */
  readonly oneWay?: string;
}

/** Closes the record of a rollout as a success, which only the last step can say. */
export const provider: ProviderModule<StatusInputs, StatusInputs> = {
  async create(news, context) {
    await close(news, context);
    return { id: news.environment, outputs: news };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  async update(_id, olds, news, context) {
    await close(news, context);
    // The attempt of the rollout before: what was changed by hand is as that one left it, and has passed the test again.
    if (news.attempt !== undefined && news.attempt === olds.attempt && news.proof !== olds.proof)
      await note(news, "repaired", news.proof, context);
    return news;
  },

  // The last step is the first that a destroy deletes: from then on nothing is known to be live.
  async delete(_id, olds, context) {
    if (olds.attempt !== undefined) await note(olds, "destroyed", "by pulumi destroy", context);
  },
};

async function note(
  place: StatusInputs,
  event: "repaired" | "destroyed",
  description: string,
  { access }: ProviderContext,
): Promise<void> {
  await enterNote(await openGitHub(access.github), place, { by: whoAmI(), event, description });
}

async function enter(news: StatusInputs, attempt: number, github: GitHub): Promise<void> {
  const { images, webDeployment, webUrl, proof, oneWay } = news;
  const end: End = {
    result: "success",
    description: proof,
    webUrl,
    ...(images === undefined ? {} : { images: [...images] }),
    ...(webDeployment === undefined ? {} : { webDeployment }),
    ...(oneWay === undefined || oneWay === "" ? {} : { oneWay }),
  };
  if (!(await enterEnd(github, news, end, (running) => running.attempt === attempt)))
    throw new Error(
      `another rollout of ${news.environment} has begun since attempt #${String(attempt)}: this one is not entered as a success`,
    );
}

async function close(news: StatusInputs, { access }: ProviderContext): Promise<void> {
  const github = await openGitHub(access.github);
  if (news.image !== undefined) await noteReceipt(github, news, news.deploymentId, news.image);
  if (news.attempt !== undefined) await enter(news, news.attempt, github);
  await report(github, { ...news, state: "success", description: news.proof });
  // A failed rollout's lease is given back by the command that has seen its engine end: until then steps may be at work.
  await currentLease()?.release();
  setCurrentLease(undefined);
}
