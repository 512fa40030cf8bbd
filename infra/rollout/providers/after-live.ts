import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { StepFailed } from "../../dynamic/step-failed.ts";
import { runShell } from "../../shared/run-shell.ts";
import { sameValue } from "../../shared/same-value.ts";
import { say } from "../../shared/say.ts";
import type { Hook } from "../hook.ts";

export interface AfterLiveInputs {
  /** Run one after the other. */
  readonly hooks: readonly Hook[];
  /** What the commands get, by the names of their variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** Everything that is live, so that the commands run exactly when one of them changed. */
  readonly live: Readonly<Record<string, string | undefined>>;
}

/** The application's own commands once a release is live. A failure leaves it live and marks the rollout failed. */
export const provider: ProviderModule<AfterLiveInputs, AfterLiveInputs> = {
  differs: (olds, news) => !sameValue(olds.live, news.live),

  async create(news) {
    await run(news);
    return { id: "after-live", outputs: news };
  },

  async read(_id, olds) {
    return { outputs: olds };
  },

  async update(_id, _olds, news) {
    await run(news);
    return news;
  },
};

async function run(news: AfterLiveInputs): Promise<void> {
  try {
    for (const { command, limitSeconds, environment } of news.hooks) {
      say(`running ${command}`);
      const own = given(command, environment);
      await runShell(command, {
        // The engine runs its providers in the project's folder.
        folder: process.cwd(),
        variables: { ...own, ...news.variables },
        secrets: Object.values(own),
        limitMilliseconds: limitSeconds * 1000,
        onLine: (line) => say(`${command}: ${line}`),
      });
    }
  } catch (error) {
    throw new StepFailed(
      "after-live",
      { ...news, live: {} },
      `hooks.afterLive: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

/** @throws Error that names what is not set. */
function given(command: string, names: readonly string[]): Readonly<Record<string, string>> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0)
    throw new Error(
      `\`${command}\` needs ${missing.join(", ")} in the environment of the rollout. Set ${missing.length === 1 ? "it" : "them"}, and run the rollout again`,
    );
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? ""]));
}
