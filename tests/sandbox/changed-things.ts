import type { ChangeOutOfBand, Places } from "./changes-out-of-band.ts";
import {
  at,
  branchOf,
  regenerator,
  variables,
  vercelOf,
  variableNamed,
  worker,
} from "./changes-out-of-band.ts";

interface Machine {
  readonly id: string;
  readonly state: string;
  readonly config: { readonly image: string; readonly env: Readonly<Record<string, string>> };
}

const machines = (places: Places, app: string): Promise<readonly Machine[]> =>
  at(places, "fly")<readonly Machine[]>("GET", `${app}/machines`);

interface VercelDeployment {
  readonly uid: string;
  readonly readyState: string;
}

async function liveDeployment(places: Places): Promise<string> {
  const path = `/v4/aliases/${encodeURIComponent(places.domain)}?teamId=team_atlaris`;
  return (await at(places, "vercel")<{ deploymentId: string }>("GET", path)).deploymentId;
}

let live: string;

/** Things that were moved, stopped, added or protected: none of them is a secret, so that nothing else has to follow. */
export const changedThings: readonly ChangeOutOfBand[] = [
  {
    what: "the branch is protected",
    shows: { "database-branch": "isProtected" },
    make: (places) => at(places, "neon")("PATCH", branchOf(places), { branch: { protected: true } }),
    fixed: async (places) => {
      const { branch } = await at(places, "neon")<{ branch: { protected: boolean } }>(
        "GET",
        branchOf(places),
      );
      return [branch.protected, false];
    },
  },
  {
    what: "a machine of the worker has another environment",
    shows: { "worker-deployment": "changedOutOfBand" },
    make: async (places) => {
      const [machine] = await machines(places, worker);
      if (!machine) throw new Error("the worker has no machine");
      const config = { ...machine.config, env: { ...machine.config.env, LOG_LEVEL: "debug" } };
      await at(places, "fly")("POST", `${worker}/machines/${machine.id}`, { config });
    },
    fixed: async (places) => [
      (await machines(places, worker)).map(({ config, state }) => [config.env["LOG_LEVEL"], state]),
      [["info", "started"]],
    ],
  },
  {
    what: "the regenerator's machine is stopped, and there is a second one",
    shows: { "regenerator-deployment": "changedOutOfBand" },
    make: async (places) => {
      const [machine] = await machines(places, regenerator);
      if (!machine) throw new Error("the regenerator has no machine");
      const { image, env } = machine.config;
      await at(places, "fly")("POST", `${regenerator}/machines/${machine.id}/stop`, {});
      await at(places, "fly")("POST", `${regenerator}/machines`, {
        region: "fra",
        config: { image, env, init: { cmd: ["node", "regenerator.mjs"] } },
      });
    },
    fixed: async (places) => [(await machines(places, regenerator)).map(({ state }) => state), ["started"]],
  },
  {
    what: "the address leads to an earlier deployment",
    shows: { "web-live": "deploymentId" },
    make: async (places) => {
      live = await liveDeployment(places);
      const { deployments } = await at(places, "vercel")<{ deployments: VercelDeployment[] }>(
        "GET",
        `/v7/deployments?teamId=team_atlaris&projectId=${places.vercelProject}&limit=20`,
      );
      const earlier = deployments.find(({ uid, readyState }) => readyState === "READY" && uid !== live);
      if (!earlier) throw new Error("there is no earlier deployment");
      const path = `/v2/deployments/${earlier.uid}/aliases?teamId=team_atlaris`;
      await at(places, "vercel")("POST", path, { alias: places.domain });
    },
    fixed: async (places) => [await liveDeployment(places), live],
  },
  {
    what: "a variable is for production",
    shows: { "web-API_KEYS": "changedOutOfBand" },
    make: async (places) => {
      const { id = "" } = (await variableNamed(places, "API_KEYS")) ?? {};
      await at(places, "vercel")("PATCH", vercelOf(places, `/env/${id}`), { target: ["production"] });
    },
    fixed: async (places) => [
      (await variables(places)).filter(({ key }) => key === "API_KEYS").map(({ target }) => target),
      [["preview"]],
    ],
  },
];
