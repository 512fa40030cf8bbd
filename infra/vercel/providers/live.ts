import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { StepFailed } from "../../dynamic/step-failed.ts";
import { webAddress } from "../../shared/loopback.ts";
import { waitUntil } from "../../shared/wait-until.ts";
import type { OnOtherFiles } from "../check-files.ts";
import { checkFiles } from "../check-files.ts";
import { openVercel } from "../client.ts";
import type { FileDigests } from "../file-digests.ts";
import type { OnLogin } from "../visitor-login.ts";
import { checkVisitors } from "../visitor-login.ts";
import { removeDomain } from "../project-domain.ts";
import { aliasedDeployment, assignAlias, promote, waitForAlias } from "../promote.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";

export interface LiveInputs {
  readonly team: string;
  /** Public host of the environment, with its port where it is not the usual one. */
  readonly domain: string;
  /** Project whose production it becomes; absent for a preview, which is live by its alias alone. */
  readonly promoteIn?: string;
  readonly deploymentId: string;
  /** What was uploaded for the deployment. Absent where an earlier version made it, and in its states. */
  readonly files?: FileDigests;
  /** What it means that Vercel lists other files. Absent: a refusal. */
  readonly onOtherFiles?: OnOtherFiles;
  /** Path that answers with the source digest. */
  readonly healthPath: string;
  /** What it shall answer as its source digest. */
  readonly sourceDigest: string;
  /** Secret; empty when the deployment is open. Passes Vercel's deployment protection. */
  readonly protectionBypass: string;
  /** Looks at the address without that secret. Absent where a login is intended, or no secret is sent anyway. */
  readonly onLogin?: OnLogin;
  readonly waitSeconds: number;
}

export interface LiveOutputs extends LiveInputs {
  readonly url: string;
  /** When it was pointed there; new with every act. */
  readonly assignedAt: string;
}

/** The environment's address and the deployment that answers there. */
export const provider: ProviderModule<LiveInputs, LiveOutputs> = {
  replaceOn: ["domain"],

  // Vercel is asked as well: a rollout that was killed has left the state as it was before.
  differs: async (olds, news, { access }) =>
    (["domain", "deploymentId", "sourceDigest", "protectionBypass"] as const).some(
      (key) => olds[key] !== news[key],
    ) || (await aliasedDeployment(news, await openVercel(access.vercel))) !== news.deploymentId,

  async create(news, context) {
    return { id: news.domain, outputs: await goLive(news, context) };
  },

  async read(_id, olds, { access }) {
    const vercel = await openVercel(access.vercel);
    const deploymentId = await aliasedDeployment(olds, vercel);
    if (deploymentId === undefined) return undefined;
    const { url: _url, assignedAt: _assignedAt, ...inputs } = olds;
    return { outputs: { ...olds, deploymentId }, inputs: { ...inputs, deploymentId } };
  },

  async update(_id, _olds, news, context) {
    return goLive(news, context);
  },

  async delete(id, olds, { access }) {
    const vercel = await openVercel(access.vercel);
    if (olds.promoteIn !== undefined) await removeDomain({ ...olds, projectId: olds.promoteIn }, vercel);
    await ignoreNotFound(vercel.deleteAlias({ aliasId: id, teamId: olds.team }));
  },
};

async function goLive(news: LiveInputs, { access, note }: ProviderContext): Promise<LiveOutputs> {
  const url = webAddress(news.domain);
  try {
    const vercel = await openVercel(access.vercel);
    await checkFiles(news, vercel, note);
    if (news.promoteIn === undefined) {
      const conflict = await assignAlias(news, vercel);
      await waitForAlias(news, vercel, conflict && { conflict });
    } else {
      await promote({ ...news, projectId: news.promoteIn }, vercel);
      await waitForAlias(news, vercel);
    }
    await waitUntil(
      {
        what: `${url}${news.healthPath} to answer with source ${news.sourceDigest}`,
        limitMilliseconds: news.waitSeconds * 1000,
      },
      async () => {
        const seen = await healthDigest(`${url}${news.healthPath}`, news.protectionBypass);
        return seen === news.sourceDigest ? { done: true } : { pending: seen };
      },
    );
    if (news.onLogin) await checkVisitors({ url, healthPath: news.healthPath }, news.onLogin, note);
    return { ...news, url, assignedAt: new Date().toISOString() };
  } catch (error) {
    throw new StepFailed(
      news.domain,
      { ...news, url, assignedAt: "" },
      `making ${url} live with deployment ${news.deploymentId}: ${(error as Error).message}. ` +
        `What it printed: vercel logs ${news.deploymentId}`,
      {
        cause: error,
      },
    );
  }
}

/** The source digest that answers there, or why none does. */
async function healthDigest(address: string, protectionBypass: string): Promise<string> {
  try {
    const answer = await fetch(address, {
      headers: protectionBypass ? { "x-vercel-protection-bypass": protectionBypass } : {},
      signal: AbortSignal.timeout(10_000),
    });
    const text = await answer.text();
    if (!answer.ok) return `status ${String(answer.status)}: ${text.slice(0, 200)}`;
    const { sourceDigest } = JSON.parse(text) as { sourceDigest?: unknown };
    return typeof sourceDigest === "string"
      ? sourceDigest
      : `an answer without a source digest: ${text.slice(0, 200)}`;
  } catch (error) {
    return `no answer (${(error as Error).message})`;
  }
}
