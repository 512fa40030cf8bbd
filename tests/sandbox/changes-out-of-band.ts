import sodium from "libsodium-wrappers";
import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

/** A change that a user makes manually, past Pulumi, through a cloud's own API. */
export interface ChangeOutOfBand {
  /** What is done, as the test's name has it. */
  readonly what: string;
  /** What a refresh shows of it: resource and property, or that it is `gone`. */
  readonly shows: Readonly<Record<string, string>>;
  readonly make: (places: Places) => Promise<unknown>;
  /** What the cloud answers when it is fixed, and what that shall be. */
  readonly fixed: (places: Places) => Promise<readonly [found: unknown, wanted: unknown]>;
}

/** Where the environment is, as the clouds name it. */
export interface Places {
  readonly sandbox: Sandbox;
  readonly domain: string;
  readonly neonProject: string;
  readonly neonBranch: string;
  readonly vercelProject: string;
}

type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>;

export const at = ({ sandbox }: Places, cloud: Parameters<typeof callCloud>[1]): Call => {
  return <T>(method: string, path: string, body?: unknown) =>
    callCloud<T>(sandbox, cloud, method, path, body);
};

export const branchOf = ({ neonProject, neonBranch }: Places): string =>
  `/api/v2/projects/${neonProject}/branches/${neonBranch}`;

export const vercelOf = ({ vercelProject }: Places, rest = "", version = "v9"): string =>
  `/${version}/projects/${vercelProject}${rest}?teamId=team_atlaris`;

export const repository = "/repos/atlaris/atlaris";
export const githubEnvironment = `${repository}/environments/staging`;
export const worker = "/v1/apps/atlaris-worker-staging";
export const regenerator = "/v1/apps/atlaris-worker-regenerator-staging";

export async function findPlaces(sandbox: Sandbox, webUrl: string): Promise<Places> {
  const { projects } = await callCloud<{ projects: { id: string; name: string }[] }>(
    sandbox,
    "neon",
    "GET",
    "/api/v2/projects",
  );
  const neonProject = projects.find(({ name }) => name === "atlaris")?.id ?? "";
  const { branches } = await callCloud<{ branches: { id: string; name: string }[] }>(
    sandbox,
    "neon",
    "GET",
    `/api/v2/projects/${neonProject}/branches`,
  );
  const { id: vercelProject } = await callCloud<{ id: string }>(
    sandbox,
    "vercel",
    "GET",
    "/v9/projects/atlaris?teamId=team_atlaris",
  );
  const neonBranch = branches.find(({ name }) => name === "staging")?.id ?? "";
  return { sandbox, domain: new URL(webUrl).host, neonProject, neonBranch, vercelProject };
}

export interface SeenVariable {
  readonly id: string;
  readonly key: string;
  readonly target: readonly string[];
  readonly updatedAt: number;
}

export async function variables(places: Places): Promise<readonly SeenVariable[]> {
  const { envs } = await at(places, "vercel")<{ envs: SeenVariable[] }>(
    "GET",
    vercelOf(places, "/env", "v10"),
  );
  return envs;
}

export async function variableNamed(places: Places, key: string): Promise<SeenVariable | undefined> {
  return (await variables(places)).find((each) => each.key === key);
}

export async function secretDigests(places: Places, app: string): Promise<Record<string, string>> {
  const { secrets } = await at(places, "fly")<{ secrets: { name: string; digest: string }[] }>(
    "GET",
    `${app}/secrets`,
  );
  return Object.fromEntries(secrets.map(({ name, digest }) => [name, digest]));
}

/** The path of a branch's ruleset; that of none when it is gone. */
export async function rulesetOf(places: Places, branch: string): Promise<string> {
  const all = await at(places, "github")<{ id: number; name: string }[]>("GET", `${repository}/rulesets`);
  return `${repository}/rulesets/${String(all.find(({ name }) => name === branch)?.id ?? 0)}`;
}

/** Overwrites a repository's secret, sealed for its key, as the web page does. */
export async function overwriteGitHubSecret(places: Places, name: string, value: string): Promise<void> {
  await sodium.ready;
  const github = at(places, "github");
  const { key, key_id: keyId } = await github<{ key: string; key_id: string }>(
    "GET",
    `${repository}/actions/secrets/public-key`,
  );
  const { ORIGINAL } = sodium.base64_variants;
  const sealed = sodium.crypto_box_seal(value, sodium.from_base64(key, ORIGINAL));
  await github("PUT", `${repository}/actions/secrets/${name}`, {
    encrypted_value: sodium.to_base64(sealed, ORIGINAL),
    key_id: keyId,
  });
}
