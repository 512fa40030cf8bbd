import type { Check } from "./check.ts";
import type { DoctorContext } from "./context.ts";
import { existingThingsChecks } from "./existing-things.ts";
import { flyChecks } from "./fly.ts";
import { githubChecks } from "./github.ts";
import { neonChecks } from "./neon.ts";
import { previewChecks } from "./previews.ts";
import { railwayChecks } from "./railway.ts";
import { vercelChecks } from "./vercel.ts";

/** All that a rollout of the stack needs of the accounts at the clouds. */
export function accountChecks(context: DoctorContext, look?: typeof fetch): readonly Check[] {
  return [
    ...neonChecks(context),
    ...flyChecks(context),
    ...railwayChecks(context),
    ...vercelChecks(context, look),
    ...githubChecks(context),
    ...previewChecks(context),
    ...existingThingsChecks(context),
  ];
}
