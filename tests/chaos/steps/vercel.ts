import type { Bag, Made, Step } from "../step.ts";
import type { World } from "../world.ts";

const team = "team_chaos";
const waitSeconds = 900;
const projects = new WeakMap<World, string>();
const domains = new WeakMap<World, string>();

/** The project, which Vercel's own provider makes in a stack, and an address for it. */
async function makeProject(world: World): Promise<void> {
  if (projects.has(world)) return;
  const { baseUrl, token } = world.access.vercel;
  const answer = await fetch(`${baseUrl}/v11/projects?teamId=${team}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ name: world.name("web") }),
  });
  const { id } = (await answer.json()) as { id: string };
  projects.set(world, id);
  domains.set(world, `127.0.0.1:${String(await world.emulators.freePort())}`);
}

const project = (world: World): Bag => ({ projectId: projects.get(world), team });

/** A build whose health is a file, so that no program has to run. */
const command = [
  `printf '{"version":3}' > "$ROLLOUT_OUTPUT/config.json"`,
  `mkdir -p "$ROLLOUT_OUTPUT/static/api"`,
  `printf '{"sourceDigest":"%s"}' "$ROLLOUT_SOURCE_DIGEST" > "$ROLLOUT_OUTPUT/static/api/health"`,
].join(" && ");

const deploymentOf = (release: 1 | 2, made: Made): Bag =>
  made.get(release === 1 ? "web-deployment" : "web-deployment-2") ?? {};

const deployment = (name: string, number: number): Step => ({
  name,
  path: "vercel/deployment",
  needs: [],
  prepare: makeProject,
  inputs: (release, _made, world) => ({
    ...{ ...project(world), projectName: world.name("web"), sourceDigest: `web-${String(release + number)}` },
    ...{ variablesDigest: "v", target: "production", build: { command }, waitSeconds },
  }),
  changes: true,
  mayDiffer: {
    "vercel deployments":
      "a deployment has no name at Vercel: one whose answer was lost stays unused (infra/vercel/providers/deployment.ts)",
  },
});

export const vercelSteps: readonly Step[] = [
  {
    name: "web-settings",
    path: "vercel/project-settings",
    needs: [],
    prepare: makeProject,
    inputs: (release, _made, world) => ({
      ...{ ...project(world), nodeVersion: release === 1 ? "22.x" : "24.x", autoAssignCustomDomains: false },
      ...{ gitDeployments: false, deploymentProtection: "none" },
    }),
    changes: true,
  },
  {
    name: "web-DATABASE_URL",
    path: "vercel/variable",
    needs: [],
    prepare: makeProject,
    inputs: (release, _made, world) => ({
      ...{
        ...project(world),
        key: "DATABASE_URL",
        value: `postgres://${String(release)}`,
        target: "preview",
      },
    }),
    changes: true,
  },
  {
    name: "web-protection-bypass",
    path: "vercel/protection-bypass",
    needs: [],
    prepare: makeProject,
    inputs: (release, _made, world) => ({ ...project(world), note: "smoke", version: String(release) }),
    changes: true,
  },
  deployment("web-deployment", 0),
  {
    name: "web-live",
    path: "vercel/live",
    needs: ["web-settings", "web-deployment", "web-deployment-2"],
    prepare: makeProject,
    inputs: (release, made, world) => ({
      ...{ team, domain: domains.get(world), healthPath: "/api/health", protectionBypass: "", waitSeconds },
      deploymentId: deploymentOf(release, made)["deploymentId"],
      sourceDigest: deploymentOf(release, made)["sourceDigest"],
    }),
    changes: true,
  },
];

/** Another deployment that the address may be pointed at; no step of its own in the campaign. */
export const secondDeployment = deployment("web-deployment-2", 1);
