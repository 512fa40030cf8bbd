import type { GitHub, Repository } from "@rollout/infra/github/client";
import { GitHubError } from "@rollout/infra/github/client";
import { gauge, mostValues } from "../samples.ts";
import type { MetricSource } from "../source.ts";
import { NotReadable } from "../source.ts";

/** The repository's self-hosted runners. To list them requires administration, which a rollout does without. */
export function runnersSource(github: GitHub, { owner, repository: repo }: Repository): MetricSource {
  return {
    name: "runners",
    read: async () => {
      const runners = await github
        .paginate(github.rest.actions.listSelfHostedRunnersForRepo, { owner, repo, per_page: 100 })
        .catch((error: unknown) => {
          if (error instanceof GitHubError && [403, 404].includes(error.status ?? 0))
            throw new NotReadable(
              "GITHUB_TOKEN may not list the repository's runners: it lacks the permission administration (read)",
            );
          throw error;
        });
      return [
        gauge(
          "rollout_runner_online",
          "Whether a self-hosted runner of the repository is online",
          runners.slice(0, mostValues).map(({ name, status }) => ({
            labels: { runner: name },
            value: Number(status === "online"),
          })),
        ),
      ];
    },
  };
}
