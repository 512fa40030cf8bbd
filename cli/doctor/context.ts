import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { primaryRegionOf } from "@rollout/infra/fly/fly-config";
import { application as ownApplication } from "../../rollout.config.ts";
import type { DeclaredApplication } from "../../stacks/settings/application.ts";
import { variablesOf } from "../../stacks/settings/declared-variables.ts";
import { configOf } from "../../stacks/release/composition.ts";
import type { DoctorContext } from "../../stacks/doctor/context.ts";
import { environments, kindOf } from "../../stacks/environments.ts";
import { readRelease } from "../../stacks/release/release.ts";
import { workersOf } from "../../stacks/settings/workers.ts";
import type { Session } from "../command.ts";
import type { Settings } from "../../stacks/settings/schema.ts";
import { readSettingsFile } from "../settings-file.ts";
import { readStackSettings, StackUnreadable } from "../stack-settings.ts";
import { UsageError } from "../usage-error.ts";

/**
 * What the accounts are held against: the settings, the fly.*.toml and the commit of the checkout.
 *
 * @throws UsageError where the stack or its settings are wrong.
 */
export function doctorContext(
  session: Session,
  stack: string,
  access: CloudAccess,
  readSettings = settingsOf,
  application: Pick<DeclaredApplication, "variables"> = ownApplication,
): DoctorContext {
  const name = stack.split("/").at(-1) ?? "";
  const kind = kindOf(name);
  if (!kind)
    throw new UsageError(
      `There is no stack ${stack}. The stacks are ${Object.keys(environments).join(", ")}.`,
    );
  const settings = readSettings(session, stack);
  const regions = workersOf(settings).flatMap(({ name: worker, machines }) => {
    const file = configOf(kind, worker);
    return machines.regions ?? [primaryRegionOf(readFileSync(join(session.checkout, file), "utf8"), file)];
  });
  return {
    stack,
    kind,
    settings,
    access,
    variables: variablesOf(application, settings),
    commit: commitOf(session.checkout),
    regions: [...new Set(regions)],
  };
}

/** By the engine, which knows where the stack's file is; without one, or without its state, by the file of the checkout. */
function settingsOf(session: Session, stack: string): Settings {
  try {
    return readStackSettings(session, stack);
  } catch (error) {
    if (!(error instanceof StackUnreadable)) throw error;
    return readSettingsFile(session, stack.split("/").at(-1) ?? "").settings;
  }
}

/** None where the folder has no commit, which is a finding of its own. */
function commitOf(checkout: string): string | undefined {
  try {
    return readRelease(checkout).commit;
  } catch {
    return undefined;
  }
}
