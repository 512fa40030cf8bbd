import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import type { StackState } from "../../engine/preview-report.ts";
import { nameOf } from "../../engine/preview-report.ts";
import { stepTimes } from "../../review/step-times.ts";
import type { Session } from "../../command.ts";
import type { Sample } from "../samples.ts";
import { gauge, mostValues } from "../samples.ts";
import type { MetricSource } from "../source.ts";

const limitMilliseconds = 60_000;
const mostBytes = 256 * 1024 * 1024;

/** Steps of a rollout: what it runs, as against what it declares. */
const stepTypes =
  /^pulumi-nodejs:dynamic\/(rollout:\w+|fly:(Image|Deployment)|vercel:(Deployment|Live))$|^command:/;

/** How long each step took when it last ran. The engine's state is read again only after another rollout has ended. */
export function stepsSource(
  attempts: () => Promise<readonly Attempt[]>,
  readState: () => Promise<StackState>,
): MetricSource {
  let known: { readonly number: number; readonly samples: readonly Sample[] } | undefined;
  return {
    name: "steps",
    read: async () => {
      const all = await attempts();
      const number = all.find(({ ended }) => ended !== undefined)?.number ?? 0;
      if (number === 0) return [];
      if (known?.number !== number) known = { number, samples: samplesOf(await readState(), all) };
      return [gauge("rollout_step_duration_seconds", "How long a step took when it last ran", known.samples)];
    },
  };
}

export function samplesOf({ deployment }: StackState, attempts: readonly Attempt[]): readonly Sample[] {
  const resources = deployment?.resources ?? [];
  const begun = attempts.map(({ at }) => Date.parse(at));
  const times = stepTimes(resources, begun);
  return resources
    .flatMap(({ urn, type }) => {
      const time = times.get(urn);
      // What took an unknown part of that time is not a duration.
      if (!time || time.isLimit || !stepTypes.test(type)) return [];
      return [{ labels: { step: nameOf(urn) }, value: time.seconds }];
    })
    .slice(0, mostValues);
}

/** The stack's state as the engine exports it, without the secrets' values. */
export async function exportState({ checkout, environment }: Session, stack: string): Promise<StackState> {
  const { stdout } = await promisify(execFile)(
    "pulumi",
    ["stack", "export", "--stack", stack, "--non-interactive"],
    { cwd: checkout, env: environment, timeout: limitMilliseconds, maxBuffer: mostBytes },
  );
  return JSON.parse(stdout) as StackState;
}
