import type { ChangeOutOfBand, Places } from "./changes-out-of-band.ts";
import { at, regenerator, repository, rulesetOf, worker } from "./changes-out-of-band.ts";

interface Machine {
  readonly id: string;
  readonly state: string;
}

const machines = (places: Places, app: string): Promise<readonly Machine[]> =>
  at(places, "fly")<readonly Machine[]>("GET", `${app}/machines`);

const alias = ({ domain }: Places, version: string): string =>
  `/${version}/aliases/${encodeURIComponent(domain)}?teamId=team_atlaris`;

/** Things that were deleted, each on a cloud of its own. */
export const deletedThings: readonly ChangeOutOfBand[] = [
  {
    what: "the worker's machine",
    shows: { "worker-deployment": "gone" },
    make: async (places) => {
      for (const { id } of await machines(places, worker))
        await at(places, "fly")("DELETE", `${worker}/machines/${id}?force=true`);
    },
    fixed: async (places) => [(await machines(places, worker)).map(({ state }) => state), ["started"]],
  },
  {
    what: "the regenerator's app",
    shows: { "regenerator-app": "gone", "regenerator-secrets": "gone", "regenerator-deployment": "gone" },
    make: (places) => at(places, "fly")("DELETE", regenerator),
    fixed: async (places) => [(await machines(places, regenerator)).map(({ state }) => state), ["started"]],
  },
  {
    what: "the live deployment, its address with it",
    shows: { "web-deployment": "gone", "web-live": "gone" },
    make: async (places) => {
      const { deploymentId } = await at(places, "vercel")<{ deploymentId: string }>(
        "GET",
        alias(places, "v4"),
      );
      await at(places, "vercel")("DELETE", `/v13/deployments/${deploymentId}?teamId=team_atlaris`);
    },
    fixed: async (places) => {
      const answer = await fetch(`http://${places.domain}/api/health`);
      return [answer.status, 200];
    },
  },
  {
    what: "the rules of the branch prod",
    shows: { "branch-rules-prod": "gone" },
    make: async (places) => at(places, "github")("DELETE", await rulesetOf(places, "prod")),
    fixed: async (places) => {
      const all = await at(places, "github")<{ name: string; enforcement: string }[]>(
        "GET",
        `${repository}/rulesets`,
      );
      return [
        all.map(({ name, enforcement }) => `${name} ${enforcement}`).sort(),
        ["main active", "prod active"],
      ];
    },
  },
];
