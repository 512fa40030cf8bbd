import type { GitHub, Repository } from "@rollout/infra/github/client";
import { incidentLabel } from "@rollout/infra/rollout/incident/issue";
import { withinLimit } from "@rollout/infra/shared/time-limit";

/** For the answer, in milliseconds: a history without links is better than none. */
const limit = 5_000;

/** Addresses of the incidents of an environment, by the number of the rollout that failed. */
export async function incidentsOf(
  github: GitHub,
  { owner, repository: repo, environment }: Repository & { readonly environment: string },
): Promise<ReadonlyMap<number, string>> {
  const labels = `${incidentLabel},environment: ${environment}`;
  const read = github.rest.issues.listForRepo({ owner, repo, state: "all", labels, per_page: 100 });
  const found = await withinLimit(limit, () => read).catch(() => undefined);
  return new Map(
    (found?.data ?? []).flatMap(({ title, html_url: address }): [number, string][] => {
      const number = /^Rollout #(\d+) of /.exec(title)?.[1];
      return number === undefined ? [] : [[Number(number), address]];
    }),
  );
}
