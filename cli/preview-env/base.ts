import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { missingAccess, readCloudAccess } from "@rollout/infra/shared/cloud-access";
import type { PreviewPlace } from "@rollout/infra/preview/leftover";
import type { Settings } from "../../stacks/settings/schema.ts";
import type { Session } from "../command.ts";
import type { StackFile } from "../settings-file.ts";
import { settingsOf } from "../settings-file.ts";
import { UsageError } from "../usage-error.ts";
import { readMergedFile } from "./merged-file.ts";

/** The stack whose settings the environments of pull requests have. */
export const baseStack = "staging";

/** What every environment of a pull request begins with. */
export interface Base {
  /** Staging's stack file, with what a workflow added to it, and what the engine merges into it. */
  readonly file: StackFile;
  readonly settings: Settings;
  readonly place: PreviewPlace;
  readonly access: CloudAccess;
}

/**
 * Reads staging's stack file and the clouds' tokens.
 *
 * @throws UsageError that names what is missing or wrong.
 */
export function readBase(session: Session): Base {
  const missing = missingAccess(session.environment);
  if (missing.length > 0) throw new UsageError(missing.join("\n"));
  const { path, file } = readMergedFile(session, baseStack);
  const settings = settingsOf(file, path, baseStack);
  const { fly, vercel, github, previews = {} } = settings;
  const neon = { ...settings.neon, ...previews.neon };
  return {
    file,
    settings,
    place: {
      owner: github.owner,
      repository: github.repository,
      neon: { project: neon.project, organizationId: neon.organizationId },
      fly: { organization: previews.fly?.organization ?? fly.organization, apps: Object.values(fly.apps) },
      vercel: {
        team: previews.vercel?.team ?? vercel.team,
        project: previews.vercel?.project ?? vercel.project,
        domain: vercel.domain,
        isOwn: previews.vercel !== undefined,
      },
    },
    access: readCloudAccess(session.environment),
  };
}
