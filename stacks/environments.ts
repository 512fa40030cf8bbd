import { pullRequestOf } from "@rollout/infra/preview/names";

/** What makes one environment differ from the others, beyond its settings. */
export interface EnvironmentKind {
  /** As the clouds and GitHub name it. */
  readonly environment: string;
  /** The middle of the fly configs' names: `fly.<configs>.worker.toml`. */
  readonly configs: string;
  /** Vercel's target: whose variables its deployments take. */
  readonly target: "preview" | "production";
  /** Name of the GitHub secret with its database address; absent where GitHub gets no environment of its own. */
  readonly databaseSecret?: string;
  /** Whether it makes what all environments share: the Neon project, the repository's secrets. */
  readonly makesShared: boolean;
  /** Whether its data is deleted only by a user who confirms that twice. */
  readonly keepsData: boolean;
  /** How long machines are observed after the smoke test, where the settings do not set it; in seconds. */
  readonly observeSeconds: number;
  /** Number of the pull request that it lives and goes with. */
  readonly pullRequest?: number;
  /** Where a release has to have succeeded first. It builds the image and stands in no stack file, on purpose. */
  readonly provenOn?: { readonly stack: string; readonly environment: string };
}

/** The stacks of this project, by name. */
export const environments: Readonly<Record<string, EnvironmentKind>> = {
  staging: {
    environment: "staging",
    configs: "staging",
    target: "preview",
    databaseSecret: "DATABASE_URL_STAGING",
    makesShared: true,
    keepsData: false,
    observeSeconds: 0,
  },
  prod: {
    environment: "production",
    configs: "prod",
    target: "production",
    databaseSecret: "DATABASE_URL_PROD",
    makesShared: false,
    keepsData: true,
    observeSeconds: 30,
    provenOn: { stack: "staging", environment: "staging" },
  },
};

/** An environment of a pull request, `pr-<n>`: staging's settings with names of its own, and nothing that it keeps. */
function previewOf(environment: string, pullRequest: number): EnvironmentKind {
  return {
    environment,
    configs: "staging",
    target: "preview",
    makesShared: false,
    keepsData: false,
    observeSeconds: 0,
    pullRequest,
  };
}

/** What kind of environment a stack is; none for a stack that this project does not have. */
export function kindOf(stack: string): EnvironmentKind | undefined {
  const pullRequest = pullRequestOf(stack);
  if (pullRequest !== undefined) return previewOf(stack, pullRequest);
  return Object.hasOwn(environments, stack) ? environments[stack] : undefined;
}

/** Name of the stack of an environment that stays. */
export function stackOf({ environment }: Pick<EnvironmentKind, "environment">): string {
  const found = Object.entries(environments).find(([, kind]) => kind.environment === environment);
  return found?.[0] ?? environment;
}

/** The command that makes what all environments share. */
export const madeByStaging = "bin/rollout up --stack staging";
