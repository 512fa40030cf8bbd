import { previewName, previewNameFor } from "@rollout/infra/preview/names";
import type { StackFile } from "../settings-file.ts";

export interface PreviewSettings {
  readonly pullRequest: number;
  /** Git branch whose deployments get its variables. */
  readonly gitBranch: string;
  /** When its database branch ends automatically (RFC 3339). */
  readonly expiresAt: string;
}

type Group = Readonly<Record<string, unknown>>;

/** The stack file of a pull request's environment: staging's, with names of its own and an end. */
export function previewStackFile(
  base: StackFile,
  { pullRequest, gitBranch, expiresAt }: PreviewSettings,
): StackFile {
  const config = groupOf(base["config"]);
  const named = (group: Group, joint?: string): Group =>
    Object.fromEntries(
      Object.entries(group).map(([key, value]) => [
        key,
        typeof value === "string" ? previewNameFor(value, pullRequest, joint) : value,
      ]),
    );
  const previews = groupOf(config["rollout:previews"]);
  const group = (cloud: string): Group => ({
    ...groupOf(config[`rollout:${cloud}`]),
    ...groupOf(previews[cloud]),
  });
  const neon = group("neon");
  // What an unmerged change builds does not go where production takes its image from.
  const { imageApp: _imageApp, ...fly } = group("fly");
  const vercel = group("vercel");
  // A worker of theirs runs on Fly: a service of Railway is the environment's that it belongs to.
  const { "rollout:railway": _railway, "rollout:workers": _workers, ...others } = config;
  const roles = Object.fromEntries(Object.entries(neon).filter(([key]) => /role$/i.test(key)));
  return {
    ...base,
    config: {
      ...others,
      "rollout:neon": {
        ...neon,
        ...named(roles, "_"),
        branch: previewName(pullRequest),
        isProtected: false,
        expiresAt,
      },
      "rollout:fly": { ...fly, apps: named(groupOf(fly["apps"])) },
      "rollout:vercel": {
        ...vercel,
        domain: previewNameFor(String(vercel["domain"]), pullRequest),
        gitBranch,
      },
    },
  };
}

/** Days that an environment may be given; Neon keeps no branch with an expiry for more than thirty. */
export const mostDays = 29;

/** The midnight (UTC) after so many days: rollouts of the same day give an environment the same end. */
export function endAfter(days: number, now: Date): string {
  const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + days + 1);
  return new Date(end).toISOString().replace(/\.\d+Z$/, "Z");
}

function groupOf(value: unknown): Group {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Group) : {};
}
