import { z } from "zod";
import type { RecordTrusts } from "@rollout/infra/rollout/records/signature";
import type { RehearsalArgs } from "@rollout/infra/rollout/rehearsal/rehearse";
import { application } from "../../rollout.config.ts";
import { rehearsedApplication, smokeCommand } from "../../stacks/settings/application-commands.ts";
import type { Properties } from "../engine/preview-report.ts";
import { unknownValue } from "../engine/preview-report.ts";
import type { Plan } from "../review/plan.ts";
import { unwrapped } from "../review/secret-values.ts";

const text = z.string().min(1);
const variables = z.record(z.string(), z.string());

const inputs = z.object({
  owner: text,
  repository: text,
  environment: text,
  projectId: text,
  branchId: text,
  database: text,
  role: text,
  applicationRole: text,
  compute: z.object({ minUnits: z.number(), maxUnits: z.number(), suspendSeconds: z.number() }),
  migrations: z.object({ digest: text, names: z.array(z.string()) }),
  folder: text,
  sources: z.record(text, text),
  // As the program made it of the settings.
  records: z.custom<RecordTrusts>((value) => typeof value === "object" && value !== null).optional(),
  keepsData: z.boolean(),
  variables: z.object({ web: variables, workers: variables }),
  secrets: variables,
  webSecrets: variables.optional(),
  waitSeconds: z.number(),
});

/**
 * What a rollout of the checkout would rehearse, by the plan of the engine; nothing where the environment is not there
 * yet, or where the program does not rehearse.
 *
 * @param suite that the stack's settings name for the smoke test.
 */
export function plannedRehearsal(
  { steps, state }: Plan,
  suite: string | undefined,
): RehearsalArgs | undefined {
  const isRehearsal = ({ type }: { readonly type: string }): boolean => type.endsWith("rollout:Rehearsal");
  const before = unwrapped(state.find(isRehearsal)?.inputs) as Properties | undefined;
  const planned = Object.entries(steps.find(isRehearsal)?.plainAfter ?? {});
  // What the plan does not know yet is mostly what it was.
  const known = Object.fromEntries(planned.filter(([, value]) => value !== unknownValue));
  const { data } = inputs.safeParse({ ...before, ...known });
  // Of the checkout, as in a rollout; the state of an earlier version has none.
  return (
    data && {
      ...data,
      application: rehearsedApplication(application),
      smokeTest: smokeCommand(application, suite),
    }
  );
}
