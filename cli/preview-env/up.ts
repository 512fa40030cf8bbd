import { spawnSync } from "node:child_process";
import { GitHubError, openGitHub } from "@rollout/infra/github/client";
import { findPreviews } from "@rollout/infra/preview/find-previews";
import { gitVariables } from "@rollout/infra/shared/machine-variables";
import { previewName } from "@rollout/infra/preview/names";
import { pullRequestOnGitHub } from "@rollout/infra/preview/on-github";
import type { Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { putComment } from "../review/comment.ts";
import type { CommentArgs } from "./comment.ts";
import { commentOf } from "./comment.ts";
import { rollOut } from "../roll-out.ts";
import { UsageError } from "../usage-error.ts";
import type { Base } from "./base.ts";
import { readBase } from "./base.ts";
import { roomFault } from "./room.ts";
import { openPreviewStack } from "./stack.ts";
import { endAfter, previewStackFile } from "./stack-file.ts";

export interface UpOptions {
  readonly pullRequest: number;
  /** Git branch of the pull request; absent to ask GitHub. */
  readonly branch: string | undefined;
  readonly days: number;
  readonly json: boolean;
}

/** Brings the environment of a pull request up, or up to date. */
export async function upPreview(session: Session, options: UpOptions): Promise<ExitStatus> {
  const { pullRequest, json } = options;
  const base = readBase(session);
  const name = previewName(pullRequest);
  const now = new Date();
  const { gitBranch, isOnGitHub } = await branchOf(session, base, options);
  const expiresAt = endAfter(options.days, now);
  const previews = await findPreviews(base.place, base.access, now);
  const before = previews.found.find((each) => each.pullRequest === pullRequest);
  const fault = roomFault(previews, before);
  if (fault !== undefined) throw new UsageError(fault);
  const stack = openPreviewStack(
    session,
    name,
    previewStackFile(base.file, { pullRequest, gitBranch, expiresAt }),
  );
  try {
    // What a state has of an environment that the clouds do not have any more is of no use.
    if (!before) await stack.remove();
    await stack.make();
    const { status, outputs } = await rollOut(session, {
      stack: name,
      engineText: [
        ...["up", "--stack", name, "--config-file", stack.configFile, "--yes", "--skip-preview"],
        // Neon has deleted the branch automatically, of which the state knows nothing.
        ...(before && !before.hasBranch ? ["--refresh"] : []),
      ],
      again: `bin/rollout preview-env up ${String(pullRequest)}`,
      bringsBack: false,
      json,
    });
    if (status === exitStatus.done && isOnGitHub)
      await reportToPullRequest(session, base, { pullRequest, expiresAt, outputs });
    return status;
  } finally {
    stack.close();
  }
}

/** The git branch of the pull request, of which GitHub need not know yet. */
async function branchOf(
  { checkout, err }: Session,
  { place, access }: Base,
  { pullRequest, branch }: UpOptions,
): Promise<{ readonly gitBranch: string; readonly isOnGitHub: boolean }> {
  const seen = await pullRequestOnGitHub(place, access, pullRequest);
  const number = String(pullRequest);
  if (seen.state === "closed")
    throw new UsageError(
      `Pull request ${number} is closed, and its environment would be swept. Reopen it, or take what is left away: bin/rollout preview-env down ${number}`,
    );
  if (!seen.isOurs)
    throw new UsageError(
      `Pull request ${number} comes from a fork, whose code gets no token of ours. Its run of preview.yml shows what it does. The sandbox isolates nothing: run a stranger's code in a container or a codespace only`,
    );
  if (seen.state === "unknown")
    err.write(
      `GitHub knows no pull request ${number} of ${place.owner}/${place.repository}; the next sweep takes its environment away.\n`,
    );
  return {
    gitBranch: branch ?? seen.branch ?? checkedOut(checkout) ?? previewName(pullRequest),
    isOnGitHub: seen.state === "open",
  };
}

function checkedOut(checkout: string): string | undefined {
  const { stdout } = spawnSync("git", ["symbolic-ref", "--quiet", "--short", "HEAD"], {
    cwd: checkout,
    env: gitVariables(process.env),
    encoding: "utf8",
    timeout: 30_000,
  });
  return stdout.trim() || undefined;
}

/** Puts the address into the comment of the pull request. A comment that fails does not fail the environment. */
async function reportToPullRequest(
  { err }: Session,
  { place, access }: Base,
  { pullRequest, ...told }: Omit<CommentArgs, "name"> & { readonly pullRequest: number },
): Promise<void> {
  const name = previewName(pullRequest);
  try {
    const github = await openGitHub(access.github);
    err.write(`${await putComment(github, { ...place, pullRequest }, name, commentOf({ ...told, name }))}\n`);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    err.write(`The pull request ${String(pullRequest)} has no comment with the address: ${error.message}\n`);
  }
}
