import type { ProviderContext, ProviderModule } from "../../dynamic/provider-module.ts";
import type { Repository } from "../../github/client.ts";
import { openGitHub } from "../../github/client.ts";
import { report } from "../record.ts";

export interface StatusInputs extends Repository {
  readonly environment: string;
  readonly commit: string;
  readonly deploymentId: number;
  readonly webUrl: string;
  /** The smoke test's own words; they change with every run of it. */
  readonly proof: string;
}

/** Closes the record of a rollout as a success, which only the last step can say. */
export const provider: ProviderModule<StatusInputs, StatusInputs> = {
  async create(news, context) {
    await close(news, context);
    return { id: news.environment, outputs: news };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  async update(_id, _olds, news, context) {
    await close(news, context);
    return news;
  },
};

async function close(news: StatusInputs, { access }: ProviderContext): Promise<void> {
  const github = await openGitHub(access.github);
  await report(github, { ...news, state: "success", description: news.proof });
}
