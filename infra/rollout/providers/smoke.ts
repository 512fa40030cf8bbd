import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { StepFailed } from "../../dynamic/step-failed.ts";
import { runPlanSmokeTest } from "../plan-smoke-test.ts";

export interface SmokeInputs {
  readonly apiUrl: string;
  /** Secret. */
  readonly databaseUrl: string;
  /** Secret. */
  readonly apiKey: string;
  /** Secret; empty when the deployment is open. */
  readonly protectionBypass: string;
  /** Whether a failure fails the rollout; so where absent. */
  readonly isRequired?: boolean;
  /** Everything that is live, so that the test runs exactly when one of them changed. */
  readonly live: Readonly<Record<string, string | undefined>>;
}

export interface SmokeOutputs extends SmokeInputs {
  /** What the test found, in one line with its time. */
  readonly proof: string;
}

/** Proves the release that is live. A failure leaves it live and marks the rollout failed. */
export const provider: ProviderModule<SmokeInputs, SmokeOutputs> = {
  async create(news) {
    return { id: "smoke", outputs: await prove(news) };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  async update(_id, _olds, news) {
    return prove(news);
  },
};

async function prove(news: SmokeInputs): Promise<SmokeOutputs> {
  try {
    const { modules, tasks, milliseconds } = await runPlanSmokeTest(news);
    const proof =
      `smoke test passed: a plan with ${String(modules)} modules and ${String(tasks)} tasks ` +
      `in ${(milliseconds / 1000).toFixed(1)} s at ${new Date().toISOString()}`;
    return { ...news, proof };
  } catch (error) {
    const reason = (error as Error).message;
    if (news.isRequired === false)
      return { ...news, proof: `smoke test failed, and is not required: ${reason}` };
    throw new StepFailed("smoke", { ...news, proof: "" }, reason, { cause: error });
  }
}
