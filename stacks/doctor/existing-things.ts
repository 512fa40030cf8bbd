import { openGitHub } from "@rollout/infra/github/client";
import { listed } from "@rollout/infra/rollout/ownership/found-thing";
import { textOf } from "@rollout/infra/rollout/ownership/stack-names";
import { ownershipConflict } from "@rollout/infra/rollout/ownership/unowned-things";
import { namesInClouds } from "../release/names-in-clouds.ts";
import { recordTrusts } from "../settings/record-trusts.ts";
import type { Check, Finding } from "./check.ts";
import { fails, holds } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Whether the gate refuses a rollout over what exists under the stack's names. None for a pull request's environment. */
export function existingThingsChecks({ kind, settings, variables, access }: DoctorContext): readonly Check[] {
  const names = namesInClouds(kind, settings, { variables });
  if (!names) return [];
  const { owner, repository } = settings.github;
  const look = async (): Promise<Finding> => {
    const records = recordTrusts(kind, settings) ?? {};
    const place = { owner, repository, environment: kind.environment, names, records };
    const { things, fixes } = await ownershipConflict(place, await openGitHub(access.github), access);
    return things.length === 0
      ? holds("nothing exists under the stack's names that is not its own")
      : fails(
          `the gate refuses a rollout over what this stack has not made: ${listed(things.map(textOf))}`,
          fixes.join("; "),
        );
  };
  return [{ name: "existing things", look }];
}
