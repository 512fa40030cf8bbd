/** Where one cloud answers, and the token it wants. */
export interface Access {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly token: string;
  /** Header that carries the token on its own; absent: `authorization`, as a bearer. */
  readonly tokenHeader?: string;
}

export interface RailwayAccess extends Access {
  /** Token by which Railway pulls the workers' images; absent where none is set. */
  readonly registryToken?: string;
}

/** Addresses and credentials of the clouds: always the current ones, never part of a stack's state. */
export interface CloudAccess {
  readonly neon: Access;
  /** Fly's Machines API, and next to it the GraphQL API that alone knows its registry. */
  readonly fly: Access & { readonly graphqlUrl: string };
  readonly vercel: Access;
  readonly github: Access;
  /** Absent where the environment has no token of Railway, which only workers on Railway need. */
  readonly railway?: RailwayAccess;
}

type Environment = Readonly<Record<string, string | undefined>>;

type RequiredCloud = Exclude<keyof CloudAccess, "railway">;

interface Source {
  readonly cloud: RequiredCloud;
  readonly tokens: readonly string[];
  readonly address: string;
  readonly defaultAddress: string;
  readonly make: string;
}

/** The variables are those that the vendors' own clients read. */
const sources: readonly Source[] = [
  {
    cloud: "neon",
    tokens: ["NEON_API_KEY"],
    address: "NEON_API_HOST",
    defaultAddress: "https://console.neon.tech/api/v2",
    make: "create a key in the Neon console under Account settings → API keys",
  },
  {
    cloud: "fly",
    tokens: ["FLY_ACCESS_TOKEN", "FLY_API_TOKEN"],
    address: "FLY_FLAPS_BASE_URL",
    defaultAddress: "https://api.machines.dev",
    make: "fly tokens create org",
  },
  {
    cloud: "vercel",
    // Not VERCEL_TOKEN: the provider plugin reads this one alone.
    tokens: ["VERCEL_API_TOKEN"],
    address: "VERCEL_API_URL",
    defaultAddress: "https://api.vercel.com",
    make: "create a token at vercel.com under Account settings → Tokens",
  },
  {
    cloud: "github",
    tokens: ["GITHUB_TOKEN"],
    address: "GITHUB_API_URL",
    defaultAddress: "https://api.github.com",
    make: "gh auth token",
  },
];

/** A variable with the address where a cloud answers. */
export interface AddressVariable {
  readonly cloud: keyof CloudAccess;
  readonly variable: string;
  /** Where it answers by default. */
  readonly usual: string;
}

const railwayAddress = { variable: "RAILWAY_API_URL", usual: "https://backboard.railway.com" };

const flyGraphql = { variable: "FLY_API_BASE_URL", usual: "https://api.fly.io" };

/** All of them: those that are read here, and that of the provider plugin for GitHub. */
export const addressVariables: readonly AddressVariable[] = [
  ...sources.map(({ cloud, address, defaultAddress }) => ({
    cloud,
    variable: address,
    usual: defaultAddress,
  })),
  { cloud: "fly", ...flyGraphql },
  { cloud: "railway", ...railwayAddress },
  { cloud: "github", variable: "GITHUB_BASE_URL", usual: "https://api.github.com/" },
];

/**
 * What is missing for `readCloudAccess`, one line a cloud, each with the way to get it.
 *
 * @param of the clouds that are asked for; absent: all.
 */
export function missingAccess(
  environment: Environment,
  of?: readonly (keyof CloudAccess)[],
): readonly string[] {
  return sources
    .filter(({ cloud }) => of?.includes(cloud) ?? true)
    .filter((source) => !source.tokens.some((name) => environment[name]))
    .map(({ cloud, tokens, make }) => `no token for ${cloud}: set ${tokens.join(" or ")} (${make})`);
}

/**
 * Reads addresses and tokens from the environment of the process that calls the clouds, as the vendors' own clients
 * do. Were they inputs, every resource would keep an old copy and a rotated token would look like a change
 * (docs/decisions/credentials.md).
 *
 * @throws Error that lists every missing token.
 */
export function readCloudAccess(environment: Environment): CloudAccess {
  const missing = missingAccess(environment);
  if (missing.length > 0) throw new Error(missing.join("\n"));
  const url = (address: string, otherwise: string): string => urlIn(environment, address, otherwise);
  const { fly, ...others } = Object.fromEntries(
    sources.map((source) => [source.cloud, accessBy(source, environment)]),
  ) as unknown as Record<RequiredCloud, Access>;
  const railway = railwayAccess(environment, url(railwayAddress.variable, railwayAddress.usual));
  return {
    ...others,
    fly: { ...fly, graphqlUrl: url(flyGraphql.variable, flyGraphql.usual) },
    ...(railway ? { railway } : {}),
  };
}

const urlIn = (environment: Environment, address: string, otherwise: string): string =>
  (environment[address] ?? otherwise).replace(/\/+$/, "");

const accessBy = ({ tokens, address, defaultAddress }: Source, environment: Environment): Access => ({
  baseUrl: urlIn(environment, address, defaultAddress),
  token: tokens.map((name) => environment[name]).find(Boolean) ?? "",
});

/** Address and token of GitHub, for a command that asks no other cloud; the token is empty where there is none. */
export function gitHubAccess(environment: Environment): Access {
  const source = sources.find(({ cloud }) => cloud === "github");
  if (!source) throw new Error("Internal error: GitHub is no cloud");
  return accessBy(source, environment);
}

/** As Railway's own client reads them: a project's token first (railwayapp/cli, src/client.rs). */
function railwayAccess(environment: Environment, baseUrl: string): RailwayAccess | undefined {
  const {
    RAILWAY_TOKEN: ofProject,
    RAILWAY_API_TOKEN: ofAccount,
    FLY_REGISTRY_TOKEN: registry,
  } = environment;
  const token = ofProject || ofAccount;
  if (!token) return undefined;
  return {
    ...{ baseUrl, token },
    ...(ofProject ? { tokenHeader: "project-access-token" } : {}),
    ...(registry ? { registryToken: registry } : {}),
  };
}
