import { anotherFailed } from "../../dynamic/given-up.ts";
import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { waitUntil } from "../../shared/wait-until.ts";
import { buildWebOfCommit } from "../build-commit.ts";
import type { WebBuildCommand } from "../build-output.ts";
import { buildWebOutput } from "../build-output.ts";
import type { VercelClient } from "../client.ts";
import { openVercel } from "../client.ts";
import { deploymentMeta as meta } from "../names.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";
import { checkFileCount, inRegion } from "../output-file.ts";
import type { OnOtherFiles } from "../check-files.ts";
import { checkFiles } from "../check-files.ts";
import type { FileDigests, RecordedDeployment } from "../file-digests.ts";
import { digestsOf } from "../file-digests.ts";
import { isLink } from "../listed-files.ts";

export interface DeploymentInputs {
  readonly projectId: string;
  readonly projectName: string;
  readonly team: string;
  /** Digest of the web application's sources. */
  readonly sourceDigest: string;
  /** Digest of the variables that Vercel freezes into a deployment. */
  readonly variablesDigest: string;
  /** Whose variables are frozen into it. Absent in the states of earlier versions, which knew previews alone. */
  readonly target?: "preview" | "production";
  /** Secret. Variables of this deployment alone, over those of the project; their digest names it, never they. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How it is built. Absent in the states of earlier versions. */
  readonly build?: WebBuildCommand;
  /** Variables that the build itself sees, in addition to those that Vercel gives what runs; their digest is part of the other. */
  readonly buildVariables?: Readonly<Record<string, string>>;
  /** Vercel region that its functions run in. Absent in the states of earlier versions, whose functions Vercel placed. */
  readonly region?: string;
  /** Environment that it is for, as its metadata has it; absent where its target shows it. */
  readonly environment?: string;
  /** Commit whose sources they are, where they are not the checkout's. */
  readonly builtOf?: string;
  /** Deployments of these sources that the environment's record names, newest first: no other is taken again. */
  readonly recorded?: readonly RecordedDeployment[];
  /** What it means that Vercel lists other files than were uploaded. Absent: a refusal. */
  readonly onOtherFiles?: OnOtherFiles;
  /** How long the upload and Vercel's part of the build may take. */
  readonly waitSeconds: number;
}

export interface DeploymentOutputs extends DeploymentInputs {
  readonly deploymentId: string;
  /** Host of this one deployment, whatever is live. */
  readonly host: string;
  /** What was uploaded for it. Absent in the states of earlier versions. */
  readonly files?: FileDigests;
}

/**
 * A built deployment that is not live. One that was live before is taken again by its id in the record, so a rollback builds
 * nothing. Metadata alone finds none: a holder of a token of Vercel can copy it, and variables of their own with it. So a create
 * whose answer was lost makes a second one. Deployments are records of the project; its retention policy deletes them, never this.
 */
export const provider: ProviderModule<DeploymentInputs, DeploymentOutputs> = {
  differs: (olds, news) =>
    (["projectId", "sourceDigest", "variablesDigest", "region"] as const).some(
      (key) => olds[key] !== news[key],
    ) || targetOf(olds) !== targetOf(news),

  async create(news, { access, note }) {
    const vercel = await openVercel(access.vercel);
    const outputs = (await findRecorded(news, vercel)) ?? (await build(news, vercel));
    await checkFiles(outputs, vercel, note);
    return { id: outputs.deploymentId, outputs };
  },

  async read(id, olds, { access }) {
    const vercel = await openVercel(access.vercel);
    const seen = await ignoreNotFound(vercel.getDeployment({ idOrUrl: id, teamId: olds.team }));
    return seen?.readyState === "READY" ? { outputs: olds } : undefined;
  },
};

function targetOf({ target = "preview" }: DeploymentInputs): "preview" | "production" {
  return target;
}

/** Vercel names the target of a production deployment alone. */
function isMeant(news: DeploymentInputs, seen: string | null | undefined): boolean {
  return (seen === "production") === (targetOf(news) === "production");
}

/** The deployment of this content that the record names: where it ran, of several the newest. */
async function findRecorded(
  news: DeploymentInputs,
  vercel: VercelClient,
): Promise<DeploymentOutputs | undefined> {
  let elsewhere: DeploymentOutputs | undefined;
  for (const { deploymentId, files } of news.recorded ?? []) {
    const seen = await ignoreNotFound(vercel.getDeploymentWithMeta({ id: deploymentId, teamId: news.team }));
    if (seen?.readyState !== "READY" || !isMeant(news, seen.target)) continue;
    const noted = seen.meta ?? {};
    const fits =
      noted[meta.source] === news.sourceDigest &&
      noted[meta.variables] === news.variablesDigest &&
      noted[meta.environment] === news.environment;
    if (!fits) continue;
    const found = { ...news, deploymentId, host: seen.url, ...(files ? { files } : {}) };
    if (noted[meta.region] === news.region) return found;
    // An earlier release comes back where it ran, at once: to build it again may not even be possible.
    if (news.builtOf !== undefined) elsewhere ??= found;
  }
  return elsewhere;
}

/**
 * Builds once, and once more where Vercel made it a production deployment: it does that automatically with a project's very
 * first one, whatever was asked for, and freezes production's variables into it. Nothing points at that first one.
 */
async function build(news: DeploymentInputs, vercel: VercelClient): Promise<DeploymentOutputs> {
  const first = await buildOnce(news, vercel);
  if (isMeant(news, first.target)) return first.outputs;
  const second = await buildOnce(news, vercel);
  if (!isMeant(news, second.target))
    throw new Error(
      `Vercel made ${second.outputs.deploymentId} a ${second.target ?? "preview"} deployment, and a ${targetOf(news)} deployment was asked for`,
    );
  return second.outputs;
}

async function buildOnce(
  news: DeploymentInputs,
  vercel: VercelClient,
): Promise<{ readonly outputs: DeploymentOutputs; readonly target: string | null | undefined }> {
  const limitMilliseconds = news.waitSeconds * 1000;
  const variables = news.buildVariables;
  if (news.build === undefined) throw new Error("Internal error: no command builds the web");
  const { sourceDigest } = news;
  const build = {
    ...{ ...news.build, sourceDigest, limitMilliseconds, signal: anotherFailed },
    ...(variables ? { variables } : {}),
  };
  const output = await (news.builtOf === undefined
    ? buildWebOutput(build)
    : buildWebOfCommit(news.builtOf, build));
  const files = news.region === undefined ? output : inRegion(output, news.region);
  checkFileCount(files.length);
  for (const { sha, size, content } of files)
    await vercel.uploadFile({
      teamId: news.team,
      xVercelDigest: sha,
      contentLength: size,
      requestBody: content,
    });
  const created = await vercel.createDeployment({
    teamId: news.team,
    name: news.projectName,
    project: news.projectId,
    // Without its domain, which the project's settings keep from it: it goes live after migration and workers.
    ...(targetOf(news) === "production" ? { target: "production" } : {}),
    files: files.map(({ content: _content, ...file }) => file),
    // No git metadata: with it Vercel asks for an author who is a member of the team.
    meta: {
      [meta.source]: news.sourceDigest,
      [meta.variables]: news.variablesDigest,
      ...(news.environment === undefined ? {} : { [meta.environment]: news.environment }),
      ...(news.region === undefined ? {} : { [meta.region]: news.region }),
    },
    ...(news.variables === undefined ? {} : { env: news.variables }),
  });
  const host = created.url;
  const digests = digestsOf(
    files.map(({ file: path, sha, mode }) => ({ path, sha: isLink(mode) ? "link" : sha })),
  );
  return waitUntil(
    {
      ...{ what: `Vercel to build deployment ${created.id}`, limitMilliseconds, signal: anotherFailed },
      longestPauseMilliseconds: 3_000,
    },
    async () => {
      const seen = await vercel.getDeployment({ idOrUrl: created.id, teamId: news.team });
      const outputs = { ...news, deploymentId: created.id, host, files: digests };
      // One that became production's is only waited for: without its own variables it need not even start.
      const isOver = ["READY", "ERROR", "CANCELED"].includes(seen.readyState);
      if (seen.readyState === "READY" || (isOver && !isMeant(news, seen.target)))
        return { done: { outputs, target: seen.target } };
      if (seen.readyState === "ERROR" || seen.readyState === "CANCELED")
        throw new Error(
          `Vercel deployment ${created.id} is ${seen.readyState}: ${seen.errorMessage ?? "no reason given"}. ` +
            `Its log: vercel logs ${host}`,
        );
      return { pending: `it is ${seen.readyState}` };
    },
  );
}
