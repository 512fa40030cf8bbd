import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { readRepository } from "@rollout/infra/github/account-plan";
import type { GitHub } from "@rollout/infra/github/client";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { attemptsIn } from "@rollout/infra/rollout/records/attempts";
import type { RecordPlace } from "@rollout/infra/rollout/records/chain";
import type { Freeze } from "@rollout/infra/rollout/records/freeze";
import { freezeIn } from "@rollout/infra/rollout/records/freeze";
import { readRecord } from "@rollout/infra/rollout/records/read-record";
import type { Settings } from "../../stacks/settings/schema.ts";
import type { Session } from "../command.ts";
import type { OpenEnvironment } from "../open-environment.ts";
import { openEnvironment } from "../open-environment.ts";

/** What GitHub has on record of a stack's rollouts. */
export interface Recorded {
  readonly place: RecordPlace;
  readonly settings: Settings;
  readonly access: CloudAccess;
  readonly github: GitHub;
  /** Newest first. */
  readonly attempts: readonly Attempt[];
  /** The freeze that is in force by the record. */
  readonly freeze?: Freeze | undefined;
}

/**
 * @param before the environment, where it was opened before; opened again where that failed.
 * @throws UsageError when a token or a setting is missing.
 * @throws RecordRefused when the record does not count.
 */
export async function readRecorded(
  session: Session,
  stack: string,
  before?: Promise<OpenEnvironment>,
): Promise<Recorded> {
  const opening = (): Promise<OpenEnvironment> => openRecorded(session, stack);
  const { settings, access, github, onGitHub: place } = await (before?.catch(opening) ?? opening());
  const chain = await readRecord(github, place);
  // A repository that the token may not see reads as one without a record.
  if (chain.length === 0) await readRepository(github, place);
  return { place, settings, access, github, attempts: attemptsIn(chain), freeze: freezeIn(chain) };
}

/** @throws UsageError when a token or a setting is missing, or the stack has no record. */
export function openRecorded(session: Session, stack: string): Promise<OpenEnvironment> {
  return openEnvironment(session, stack, `${stack} is no environment of which releases are kept on record`);
}
