import { openFly } from "../../fly/client.ts";
import type { Observation } from "../../fly/observe-machines.ts";
import { observeMachines } from "../../fly/observe-machines.ts";
import type { ReplicaObservation } from "../../railway/observe-replicas.ts";
import { observeReplicas } from "../../railway/observe-replicas.ts";
import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import { StepFailed } from "../../dynamic/step-failed.ts";
import { sameValue } from "../../shared/same-value.ts";
import type { SmokeCommand, SmokeTarget } from "../smoke/run-smoke-command.ts";
import { runSmokeCommand } from "../smoke/run-smoke-command.ts";
import type { SmokeFindings } from "../smoke-proof.ts";
import type { SmokeCheck } from "../smoke/smoke-result.ts";
import { failedProof, passedProof } from "../smoke-proof.ts";

export interface SmokeInputs extends SmokeCommand, Required<SmokeTarget> {
  /** Whether a failure fails the rollout; so where absent. */
  readonly isRequired?: boolean;
  /**
   * Machines and replicas to observe after the test: one that crashes then fails the step, whether the test is required or not.
   * Absent to observe none.
   */
  readonly observe?: Observation & Partial<ReplicaObservation>;
  /** Everything that is live, so that the test runs exactly when one of them changed. */
  readonly live: Readonly<Record<string, string | undefined>>;
}

export interface SmokeOutputs extends SmokeInputs {
  /** What the test found, in one line with its time. */
  readonly proof: string;
  /** Its checks with their times, of a test that passed. Absent in the states of earlier versions. */
  readonly checks?: readonly SmokeCheck[];
}

/** How it is tested: a change of it alone changes nothing that is live. */
const manner: readonly string[] = ["command", "limitSeconds"] satisfies readonly (keyof SmokeCommand)[];

/** Proves the release that is live. A failure leaves it live and marks the rollout failed. */
export const provider: ProviderModule<SmokeInputs, SmokeOutputs> = {
  differs: (olds, news) =>
    (Object.keys(news) as (keyof SmokeInputs)[]).some(
      (key) => !manner.includes(key) && !sameValue(olds[key], news[key]),
    ),

  async create(news, context) {
    return { id: "smoke", outputs: await prove(news, context) };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  async update(_id, _olds, news, context) {
    return prove(news, context);
  },
};

async function prove(news: SmokeInputs, context: ProviderContext): Promise<SmokeOutputs> {
  const failed = (error: unknown): StepFailed =>
    new StepFailed("smoke", { ...news, proof: "" }, (error as Error).message, { cause: error });
  // The engine runs its providers in the project's folder.
  const tested = await runSmokeCommand({ ...news, folder: process.cwd() }).catch((error: unknown) => {
    if (news.isRequired === false) return failedProof((error as Error).message);
    throw failed(error);
  });
  const observed = await observe(news, context).catch((error: unknown) => {
    throw failed(error);
  });
  const proof = typeof tested === "string" ? tested : passedProof({ ...tested, observed }, new Date());
  return { ...news, proof, ...(typeof tested === "string" ? {} : { checks: tested.checks }) };
}

async function observe(
  { observe: wanted }: SmokeInputs,
  context: ProviderContext,
): Promise<SmokeFindings["observed"]> {
  if (wanted === undefined) return undefined;
  const { apps, services = [], seconds } = wanted;
  const { fly, railway } = context.access;
  const counts = await Promise.all([
    apps.length === 0 ? 0 : observeMachines({ apps, seconds }, openFly(fly)),
    services.length === 0 ? 0 : observeReplicas({ services, seconds }, railway),
  ]);
  return { machines: counts[0] + counts[1], seconds };
}
