import { randomBytes, randomInt } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cloudNames, type CloudName } from "./cloud/emulator.ts";
import type { Home } from "./home.ts";
import { recordKey } from "./record-keys.ts";
import { stackNames } from "./stacks.ts";

/** Secrets of one sandbox: made once, readable by the owner only. */
export interface Tokens {
  /** The bearer token of each cloud. */
  readonly clouds: Readonly<Record<CloudName, string>>;
  /** For the calls to the server itself. */
  readonly control: string;
  /** Of the stacks' secrets provider. */
  readonly passphrase: string;
}

/** Where the clouds of a running sandbox answer; written by the server. */
export interface Endpoints {
  readonly pid: number;
  /** The server itself: status, stop, ports. Without a trailing slash, as the clouds. */
  readonly control: string;
  readonly clouds: Readonly<Record<CloudName, string>>;
}

const alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Letters and digits: the Vercel provider takes a token of 24 of these and no other. */
function randomToken(): string {
  return Array.from({ length: 24 }, () => alphanumerics.charAt(randomInt(alphanumerics.length))).join("");
}

/** The tokens of this home; the first caller makes them. A home of an earlier version gets those that it lacks. */
export function openTokens(home: Home): Tokens {
  const read = (): Tokens => JSON.parse(readFileSync(home.tokensFile, "utf8")) as Tokens;
  try {
    const tokens = read();
    if (cloudNames.every((name) => Object.hasOwn(tokens.clouds, name))) return tokens;
    return completed(home, tokens);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const tokens: Tokens = {
    clouds: newTokens(),
    control: randomToken(),
    passphrase: randomBytes(24).toString("base64url"),
  };
  const next = `${home.tokensFile}.${String(process.pid)}`;
  writeFileSync(next, `${JSON.stringify(tokens, undefined, 2)}\n`, { mode: 0o600 });
  try {
    // A link fails where a rename would replace what another first command has just made.
    linkSync(next, home.tokensFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(next);
  }
  return read();
}

function newTokens(): Tokens["clouds"] {
  return Object.fromEntries(cloudNames.map((name) => [name, randomToken()])) as Record<CloudName, string>;
}

function completed(home: Home, tokens: Tokens): Tokens {
  const all: Tokens = { ...tokens, clouds: { ...newTokens(), ...tokens.clouds } };
  const next = `${home.tokensFile}.${String(process.pid)}`;
  writeFileSync(next, `${JSON.stringify(all, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(next, home.tokensFile);
  return all;
}

/**
 * The environment in which a command meets the sandbox's clouds instead of the real ones: each tool's own variables,
 * over `base`.
 */
export function sandboxEnvironment(
  checkout: string,
  home: Home,
  endpoints: Endpoints,
  tokens: Tokens,
  base: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const { neon, fly, vercel, github, railway, ai } = endpoints.clouds;
  const path = [home.binFolder, join(checkout, "node_modules", ".bin")];
  const environment: NodeJS.ProcessEnv = {
    ...withoutCredentials(base),
    SANDBOX_HOME: home.folder,
    NEON_API_KEY: tokens.clouds.neon,
    NEON_API_HOST: `${neon}/api/v2`,
    FLY_ACCESS_TOKEN: tokens.clouds.fly,
    FLY_API_TOKEN: tokens.clouds.fly,
    FLY_FLAPS_BASE_URL: fly,
    FLY_UIEX_BASE_URL: fly,
    FLY_API_BASE_URL: fly,
    FLY_METRICS_BASE_URL: fly,
    FLY_SEND_METRICS: "false",
    FLY_NO_UPDATE_CHECK: "1",
    // Where flyctl notes versions of secrets by app: those of the sandbox must not mix with those of the real apps.
    FLY_CONFIG_DIR: join(home.folder, "fly"),
    VERCEL_API_TOKEN: tokens.clouds.vercel,
    VERCEL_TOKEN: tokens.clouds.vercel,
    VERCEL_API_URL: vercel,
    GITHUB_TOKEN: tokens.clouds.github,
    GITHUB_API_URL: github,
    GITHUB_BASE_URL: `${github}/`,
    RAILWAY_API_TOKEN: tokens.clouds.railway,
    RAILWAY_API_URL: railway,
    // By which Railway pulls images out of Fly's registry.
    FLY_REGISTRY_TOKEN: tokens.clouds.fly,
    OPENAI_API_KEY: tokens.clouds.ai,
    OPENAI_BASE_URL: `${ai}/v1`,
    ROLLOUT_TOOLCHAIN: join(home.folder, "toolchain"),
    ROLLOUT_SIGNING_KEY: stackNames(checkout)
      .map((stack) => recordKey(tokens.passphrase, stack).secret)
      .join(","),
    PULUMI_BACKEND_URL: `file://${home.stateFolder}`,
    PULUMI_CONFIG_PASSPHRASE: tokens.passphrase,
    PULUMI_HOME: home.pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PATH: [...path, base["PATH"] ?? ""].join(delimiter),
  };
  // The user's own account must not leak into the sandbox: each of these would win over, or add to, what is above.
  for (const name of foreign) Reflect.deleteProperty(environment, name);
  return environment;
}

/**
 * By their names: images, workers and functions of a checkout run with the rights of the user here, and need no key of any real
 * account. What npm needs is in its own file.
 */
const credential =
  /(^|_)(TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS?|API_?KEY|ACCESS_KEY(_ID)?|PRIVATE_KEY|SESSION_KEY)(_|$)|^(AWS|AZURE|ARM|GOOGLE|CLOUDSDK)_|^SSH_(AUTH_SOCK|AGENT_PID)$/i;

function withoutCredentials(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(base).filter(([name]) => !credential.test(name)));
}

const foreign = [
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_API",
  "PULUMI_CONFIG_PASSPHRASE_FILE",
  "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK",
  "GH_TOKEN",
  "GITHUB_OWNER",
  "VERCEL_TEAM_ID",
  "VERCEL_ORG_ID",
  "VERCEL_PROJECT_ID",
  "RAILWAY_TOKEN",
];
