/** What makes one environment differ from the others, beyond its settings. */
export interface EnvironmentKind {
  /** As the clouds and GitHub name it. */
  readonly environment: string;
  /** The middle of the fly configs' names: `fly.<configs>.worker.toml`. */
  readonly configs: string;
  /** Vercel's target: whose variables its deployments take. */
  readonly target: "preview" | "production";
  /** Name of the GitHub secret with its database address. */
  readonly databaseSecret: string;
  /** Whether it makes what all environments share: the Neon project, the repository's secrets. */
  readonly makesShared: boolean;
  /** Whether nothing may delete its data but somebody who says so twice. */
  readonly keepsData: boolean;
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
  },
  prod: {
    environment: "production",
    configs: "prod",
    target: "production",
    databaseSecret: "DATABASE_URL_PROD",
    makesShared: false,
    keepsData: true,
    provenOn: { stack: "staging", environment: "staging" },
  },
};

/** The command that makes what all environments share. */
export const madeByStaging = "bin/rollout up --stack staging";
