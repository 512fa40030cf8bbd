import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

/** What an environment is, as the clouds and the application show it: nothing of it is read from the tool. */
export interface SeenEnvironment {
  /** By app: the digests of the images that its machines run, each once. */
  readonly images: Readonly<Record<string, readonly string[]>>;
  /** By app: how many machines are started, with every check passing. */
  readonly healthy: Readonly<Record<string, number>>;
  /** By app: the digest of each secret. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Deployment that the web address points at. */
  readonly deployment: string;
  /** Of what the web application was built. */
  readonly source: string;
}

const appsOf = (environment: string): readonly string[] => [
  `atlaris-worker-${environment}`,
  `atlaris-worker-regenerator-${environment}`,
];

interface Machine {
  readonly state: string;
  readonly image_ref: { readonly digest: string };
  readonly checks?: readonly { readonly status: string }[];
}

/** @param stack in whose apps the machines are. */
export async function seeEnvironment(
  sandbox: Sandbox,
  webUrl: string,
  stack: "staging" | "prod" = "staging",
): Promise<SeenEnvironment> {
  const machines = new Map<string, readonly Machine[]>();
  const secrets: Record<string, Readonly<Record<string, string>>> = {};
  for (const app of appsOf(stack)) {
    machines.set(app, await callCloud<Machine[]>(sandbox, "fly", "GET", `/v1/apps/${app}/machines`));
    const told = await callCloud<{ secrets: { name: string; digest: string }[] }>(
      sandbox,
      "fly",
      "GET",
      `/v1/apps/${app}/secrets`,
    );
    secrets[app] = Object.fromEntries(told.secrets.map(({ name, digest }) => [name, digest]));
  }
  const alias = await callCloud<{ deploymentId: string }>(
    sandbox,
    "vercel",
    "GET",
    `/v4/aliases/${new URL(webUrl).host}`,
  );
  const health = (await (await fetch(`${webUrl}/api/health`)).json()) as { sourceDigest: string };
  const ofEach = <Value>(read: (machines: readonly Machine[]) => Value): Record<string, Value> =>
    Object.fromEntries([...machines].map(([app, found]) => [app, read(found)]));
  return {
    images: ofEach((found) => [...new Set(found.map(({ image_ref }) => image_ref.digest))]),
    healthy: ofEach(
      (found) =>
        found.filter(
          ({ state, checks = [] }) =>
            state === "started" && checks.length > 0 && checks.every(({ status }) => status === "passing"),
        ).length,
    ),
    secrets,
    deployment: alias.deploymentId,
    source: health.sourceDigest,
  };
}
