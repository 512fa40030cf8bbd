import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import type { RehearsalArgs } from "../rehearsal/rehearse.ts";
import { rehearse } from "../rehearsal/rehearse.ts";

export type RehearsalInputs = RehearsalArgs;

export interface RehearsalOutputs extends RehearsalInputs {
  /** What was found, in one line. */
  readonly proof: string;
  /** Why the release before may not work on the new schema, as migrations declare; empty where none does. */
  readonly oneWay: string;
}

/**
 * Tries pending migrations on a copy of the data before they run: what they cost, and whether both the release that is
 * live and the new one work on the schema that they make. A record, like a backup: it is no drift, and only another set
 * of migrations is rehearsed again. A refusal changes nothing, so it is a plain failure and asks again next time.
 */
export const provider: ProviderModule<RehearsalInputs, RehearsalOutputs> = {
  differs: (olds, news) => olds.migrations.digest !== news.migrations.digest,

  async create(news, context) {
    return { id: `rehearsal-${news.environment}`, outputs: await run(news, context) };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  async update(_id, _olds, news, context) {
    return run(news, context);
  },
};

async function run(news: RehearsalInputs, context: ProviderContext): Promise<RehearsalOutputs> {
  // The engine runs its providers in the project's folder.
  const result = await rehearse(news, { by: "rollout", checkout: process.cwd() }, context);
  if (result.kind === "failed")
    throw new Error(`refused, and nothing was changed: on a copy of the data ${result.why}`);
  if (result.kind === "nothing")
    return { ...news, proof: `nothing to rehearse: ${result.why}`, oneWay: result.oneWay };
  if (result.refusals.length > 0)
    throw new Error(
      `refused, and nothing that is live was changed\n${result.refusals.map((each) => `  ${each}`).join("\n")}`,
    );
  for (const warning of result.warnings) context.note(warning);
  return { ...news, proof: result.proof, oneWay: result.oneWay };
}
