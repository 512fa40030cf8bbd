import type { CloudAccess } from "@atlaris/infra/dynamic/cloud-access";
import { missingAccess, readCloudAccess } from "@atlaris/infra/dynamic/cloud-access";
import type { GitHub } from "@atlaris/infra/github/client";
import { openGitHub } from "@atlaris/infra/github/client";
import type { Attempt } from "@atlaris/infra/rollout/records/attempts";
import { attemptsIn } from "@atlaris/infra/rollout/records/attempts";
import type { Link, RecordPlace } from "@atlaris/infra/rollout/records/chain";
import { readChain } from "@atlaris/infra/rollout/records/chain";
import { kindOf } from "../../stacks/environments.ts";
import type { Settings } from "../../stacks/settings-schema.ts";
import type { Session } from "../command.ts";
import { readStackSettings } from "../stack-settings.ts";
import { UsageError } from "../usage-error.ts";

/** What GitHub has on record of a stack's rollouts. */
export interface Recorded {
  readonly place: RecordPlace;
  readonly settings: Settings;
  readonly access: CloudAccess;
  readonly github: GitHub;
  readonly chain: readonly Link[];
  /** Newest first. */
  readonly attempts: readonly Attempt[];
}

/** @throws UsageError when a token or a setting is missing. */
export async function readRecorded(session: Session, stack: string): Promise<Recorded> {
  const missing = missingAccess(session.environment);
  if (missing.length > 0) throw new UsageError(missing.join("\n"));
  const kind = kindOf(stack.split("/").at(-1) ?? "");
  if (!kind || kind.pullRequest !== undefined)
    throw new UsageError(`${stack} is no environment of which releases are kept on record`);
  const settings = readStackSettings(session, stack);
  const access = readCloudAccess(session.environment);
  const github = await openGitHub(access.github);
  const place = {
    owner: settings.github.owner,
    repository: settings.github.repository,
    environment: kind.environment,
  };
  const chain = await readChain(github, place);
  return { place, settings, access, github, chain, attempts: attemptsIn(chain) };
}
