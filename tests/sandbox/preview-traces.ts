import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

const repository = "/repos/atlaris/atlaris";

/** Everything at the clouds that is neither staging's nor what all environments share, as `cloud: thing`. */
export async function previewTraces(sandbox: Sandbox): Promise<readonly string[]> {
  const ask = <T>(cloud: "neon" | "fly" | "vercel" | "github", path: string): Promise<T> =>
    callCloud<T>(sandbox, cloud, "GET", path);
  const { projects } = await ask<{ projects: { id: string }[] }>("neon", "/api/v2/projects");
  const { branches } = await ask<{ branches: { name: string }[] }>(
    "neon",
    `/api/v2/projects/${projects[0]?.id ?? ""}/branches`,
  );
  const { apps } = await ask<{ apps: { name: string }[] }>("fly", "/v1/apps?org_slug=personal");
  const { envs } = await ask<{ envs: { key: string; gitBranch?: string; comment?: string }[] }>(
    "vercel",
    "/v10/projects/atlaris/env",
  );
  const { deployments } = await ask<{ deployments: { uid: string; meta: Record<string, string> }[] }>(
    "vercel",
    "/v7/deployments?limit=100",
  );
  const { aliases } = await ask<{ aliases: { alias: string; deploymentId: string }[] }>(
    "vercel",
    "/v4/aliases?limit=100",
  );
  const ofStaging = deployments.filter(({ meta }) => meta["rolloutEnvironment"] === undefined);
  const records = await ask<{ id: number; environment: string }[]>(
    "github",
    `${repository}/deployments?per_page=100`,
  );
  const { environments } = await ask<{ environments: { name: string }[] }>(
    "github",
    `${repository}/environments`,
  );
  const refs = await ask<{ ref: string }[]>("github", `${repository}/git/matching-refs/heads/rollouts/`);
  const of = (cloud: string, things: readonly string[], kept: RegExp): readonly string[] =>
    things.filter((thing) => !kept.test(thing)).map((thing) => `${cloud}: ${thing}`);
  return [
    ...of(
      "neon",
      branches.map(({ name }) => name),
      /^(production|staging|backup-staging-.*)$/,
    ),
    ...of(
      "fly",
      apps.map(({ name }) => name),
      /-staging$|^atlaris-images$/,
    ),
    ...of(
      "vercel",
      envs.map(({ key, gitBranch, comment }) => `${key} ${gitBranch ?? ""} ${comment ?? ""}`.trim()),
      /^[A-Z_]+$/,
    ),
    ...of(
      "vercel",
      deployments.filter((each) => !ofStaging.includes(each)).map(({ uid }) => uid),
      /^$/,
    ),
    ...of(
      "vercel",
      aliases
        .filter(({ deploymentId }) => !ofStaging.some(({ uid }) => uid === deploymentId))
        .map(({ alias }) => alias),
      /^$/,
    ),
    ...of(
      "github",
      records.map(({ id, environment }) => `${environment} ${String(id)}`),
      /^staging /,
    ),
    ...of(
      "github",
      environments.map(({ name }) => name),
      /^staging$/,
    ),
    ...of(
      "github",
      refs.map(({ ref }) => ref),
      /\/staging\//,
    ),
  ];
}

/** Names of the variables that the deployment of an environment has. */
export async function deploymentVariables(sandbox: Sandbox, environment: string): Promise<readonly string[]> {
  const { deployments } = await callCloud<{ deployments: { uid: string; meta: Record<string, string> }[] }>(
    ...([sandbox, "vercel", "GET", "/v7/deployments?limit=100"] as const),
  );
  const own = deployments.find(({ meta }) => meta["rolloutEnvironment"] === environment);
  const path = `/v13/deployments/${own?.uid ?? ""}`;
  return (await callCloud<{ env: readonly string[] }>(sandbox, "vercel", "GET", path)).env;
}

/** Opens a pull request; gives its number. */
export async function openPullRequest(sandbox: Sandbox, branch: string): Promise<number> {
  const body = { title: `Change ${branch}`, head: branch, base: "main" };
  return (await callCloud<{ number: number }>(sandbox, "github", "POST", `${repository}/pulls`, body)).number;
}

export async function closePullRequest(sandbox: Sandbox, number: number): Promise<void> {
  await callCloud(sandbox, "github", "PATCH", `${repository}/pulls/${String(number)}`, { state: "closed" });
}

/** Names of the secrets that every workflow of the repository reads. */
export async function repositorySecrets(sandbox: Sandbox): Promise<readonly string[]> {
  const path = `${repository}/actions/secrets`;
  const { secrets } = await callCloud<{ secrets: { name: string }[] }>(sandbox, "github", "GET", path);
  return secrets.map(({ name }) => name);
}

export async function commentsOf(sandbox: Sandbox, number: number): Promise<readonly string[]> {
  const path = `${repository}/issues/${String(number)}/comments`;
  return (await callCloud<{ body: string }[]>(sandbox, "github", "GET", path)).map(({ body }) => body);
}
