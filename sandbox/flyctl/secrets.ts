import { readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import type { Flags, Given } from "./arguments.ts";
import { readPairs } from "./arguments.ts";
import type { Cloud } from "./cloud.ts";
import { CommandError } from "./command-error.ts";
import { redeploySecrets } from "./deploy.ts";
import { appOf } from "./listings.ts";
import { listDeployed } from "./machine.ts";
import { readRemoteApp } from "./remote-app.ts";
import { readSecretLines } from "./secret-lines.ts";
import { rememberSecretsVersion } from "./secrets-versions.ts";

/** `secrets set | import | unset | deploy | sync`, as superfly/flyctl v0.4.80, internal/command/secrets. */
export const secretsFlags: Flags = {
  app: { kind: "text", short: "a" },
  config: { kind: "text", short: "c" },
  stage: { kind: "switch" },
  detach: { kind: "switch" },
  "dns-checks": { kind: "switch" },
};
export const secretsSyncFlags: Flags = {
  app: { kind: "text", short: "a" },
  config: { kind: "text", short: "c" },
};

type Values = Readonly<Record<string, string | null>>;

export async function secretsSet(given: Given, cloud: Cloud, signal: AbortSignal): Promise<void> {
  const pairs = readPairs("secret", given.words);
  const values = Object.fromEntries(
    Object.entries(pairs).map(([name, value]) => [name, value === "-" ? readStandardInput() : value]),
  );
  await change(given, cloud, values, signal);
}

export async function secretsImport(given: Given, cloud: Cloud, signal: AbortSignal): Promise<void> {
  await change(given, cloud, readSecretLines(readStandardInput()), signal);
}

export async function secretsUnset(given: Given, cloud: Cloud, signal: AbortSignal): Promise<void> {
  await change(given, cloud, Object.fromEntries(given.words.map((name) => [name, null])), signal);
}

/** Learns the newest version, also of secrets that were set elsewhere, by unsetting one that there is not. */
export async function secretsSync(given: Given, cloud: Cloud): Promise<void> {
  const app = appOf(given);
  await update(cloud, app, { [`BogusDummySecret_${randomBytes(8).toString("hex")}`]: null });
}

export async function secretsDeploy(given: Given, cloud: Cloud, signal: AbortSignal): Promise<void> {
  const app = appOf(given);
  if ((await listDeployed(cloud, app)).length === 0)
    throw new CommandError(
      "no machines available to deploy",
      "'fly secrets deploy' will only work if the app has been deployed and there are machines available\nTry 'fly deploy' first",
    );
  await redeploy(given, cloud, app, signal);
}

async function change(given: Given, cloud: Cloud, values: Values, signal: AbortSignal): Promise<void> {
  if (Object.keys(values).length === 0) throw new CommandError("requires at least one SECRET=VALUE pair");
  const app = appOf(given);
  await update(cloud, app, values);
  if (given.isOn("stage", false)) {
    console.log(
      "Secrets have been staged, but not set on VMs. Deploy or update machines in this app for the secrets to take effect.",
    );
    return;
  }
  if ((await listDeployed(cloud, app)).length === 0) {
    console.log("Secrets are staged for the first deployment");
    return;
  }
  await redeploy(given, cloud, app, signal);
}

async function update(cloud: Cloud, app: string, values: Values): Promise<void> {
  const { version } = await cloud.flaps<{ version: number }>(`/apps/${encodeURIComponent(app)}/secrets`, {
    method: "POST",
    body: { values },
  });
  rememberSecretsVersion(app, version);
}

async function redeploy(given: Given, cloud: Cloud, app: string, signal: AbortSignal): Promise<void> {
  const { config, image } = await readRemoteApp(cloud, app);
  await redeploySecrets(cloud, app, config, image, given.isOn("detach", false), signal);
}

function readStandardInput(): string {
  try {
    return readFileSync(0, "utf8");
  } catch (error) {
    throw new CommandError(`standard input could not be read: ${(error as Error).message}`);
  }
}
