import type { GitHub } from "../../github/client.ts";
import type { Added, RecordWriter } from "./append.ts";
import { append } from "./append.ts";
import type { Link, RecordPlace } from "./chain.ts";
import { isFreezeEntry } from "./entry.ts";
import { recordReceipt } from "./keep.ts";
import { readRecord } from "./read-record.ts";

/** A freeze that is in force: nothing new is rolled out until it is lifted. */
export interface Freeze {
  /** RFC 3339. */
  readonly at: string;
  /** `name@machine` of the user who froze the environment. */
  readonly by: string;
  readonly reason: string;
  /** The stack that the user named. */
  readonly stack: string;
}

/** The freeze that a verified record has; undefined where there was none, or the newest was lifted. */
export function freezeIn(chain: readonly Link[]): Freeze | undefined {
  const newest = chain.map(({ entry }) => entry).find((entry) => entry !== undefined && isFreezeEntry(entry));
  if (newest?.kind !== "noted" || newest.event !== "frozen") return undefined;
  const { at, by, description: reason, stack = "STACK" } = newest;
  return { at, by, reason, stack };
}

/** Who froze an environment, when and why, with the command that lifts it. */
export function freezeText(environment: string, { at, by, reason, stack }: Freeze): string {
  return (
    `${environment} is frozen since ${at.replace(/\.\d+Z$/, "Z")} by ${by}: ${reason}. ` +
    `To lift it: bin/rollout unfreeze --stack ${stack}`
  );
}

/** Why nothing new may be rolled out to an environment; empty where its record has no freeze in force. */
export async function freezeFaults(github: GitHub, place: RecordPlace): Promise<readonly string[]> {
  const freeze = freezeIn(await readRecord(github, place));
  return freeze ? [freezeText(place.environment, freeze)] : [];
}

export interface FreezeNote {
  readonly event: "frozen" | "unfrozen";
  readonly by: string;
  readonly reason: string;
  readonly stack: string;
}

/** Enters that an environment is frozen, or no more. It is in force for every gate that reads the record from then on. */
export async function enterFreeze(
  writer: RecordWriter,
  { event, by, reason, stack }: FreezeNote,
): Promise<Added> {
  const at = new Date().toISOString();
  const added = await append(writer, () => ({ kind: "noted", at, by, event, description: reason, stack }));
  if (!added) throw new Error("Internal error: a freeze was not entered");
  return added;
}

/**
 * Notes an entry's hash in GitHub's newest deployment of the environment, whose state stays: a gate then refuses a record of which
 * that entry was cut off.
 *
 * @returns whether there is a deployment to note it in.
 */
export async function anchorInDeployment(
  { github, place }: Pick<RecordWriter, "github" | "place">,
  deployment: number | undefined,
  { anchor }: Added,
): Promise<boolean> {
  if (deployment === undefined) return false;
  const at = { owner: place.owner, repo: place.repository, deployment_id: deployment };
  const { data } = await github.rest.repos.listDeploymentStatuses({ ...at, per_page: 100 });
  const newest = data.find(({ state }) => state !== "inactive");
  if (newest === undefined) return false;
  await github.rest.repos.createDeploymentStatus({
    ...at,
    state: newest.state,
    description: recordReceipt(anchor),
    auto_inactive: false,
    ...(newest.environment_url ? { environment_url: newest.environment_url } : {}),
  });
  return true;
}
