import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { recordKey } from "../../sandbox/record-keys.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Secret } from "./tripwire.ts";

/** A machine as the operating system and the cloud see it. */
export interface SeenMachine {
  readonly id: string;
  readonly pid: number;
  readonly image: string;
}

interface Tokens {
  readonly clouds: Readonly<Record<string, string>>;
  readonly control: string;
  readonly passphrase: string;
}

/** Every secret that the sandbox itself made: the clouds' tokens, the AI provider's key, the passphrase of the stacks. */
export function sandboxSecrets(sandbox: Sandbox): readonly Secret[] {
  const { clouds, control, passphrase } = tokensOf(sandbox);
  return [
    ...Object.entries(clouds).map(([cloud, value]) => ({ name: `token of ${cloud}`, value })),
    { name: "token of the sandbox's control", value: control },
    { name: "passphrase", value: passphrase },
    ...["staging", "prod"].map((stack) => ({
      name: `signing key of ${stack}`,
      value: recordKey(passphrase, stack).secret,
    })),
  ];
}

function tokensOf(sandbox: Sandbox): Tokens {
  return JSON.parse(readFileSync(join(sandbox.home, "tokens.json"), "utf8")) as Tokens;
}

export type Cloud = "neon" | "fly" | "vercel" | "github" | "railway";

/** Asks a cloud directly, past every tool. */
async function ask<T>(sandbox: Sandbox, cloud: Cloud, path: string): Promise<T> {
  return callCloud<T>(sandbox, cloud, "GET", path);
}

/** Calls a cloud's own API with the sandbox's token, as a user does who changes a thing manually. */
export async function callCloud<T>(
  sandbox: Sandbox,
  cloud: Cloud,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  // Neon's word for: an operation of before is still under way. It is asked again, all else is passed on at once.
  let failure: unknown;
  const answer = await vi
    .waitUntil(
      async () => {
        try {
          return { value: await callOnce<T>(sandbox, cloud, method, path, body) };
        } catch (error) {
          failure = error;
          return error instanceof StillBusy ? undefined : { failure };
        }
      },
      { timeout: 60_000, interval: 500 },
    )
    .catch(() => ({ failure }));
  if ("value" in answer) return answer.value;
  throw answer.failure;
}

/** Where a cloud of a sandbox answers, and by which token. */
export function addressOf(
  sandbox: Sandbox,
  cloud: Cloud,
): { readonly origin: string; readonly token: string } {
  const { clouds } = JSON.parse(readFileSync(join(sandbox.home, "endpoints.json"), "utf8")) as {
    readonly clouds: Readonly<Record<string, string>>;
  };
  return { origin: clouds[cloud] ?? "", token: tokensOf(sandbox).clouds[cloud] ?? "" };
}

/** An operation holds what the call would change. */
class StillBusy extends Error {}

async function callOnce<T>(
  sandbox: Sandbox,
  cloud: Cloud,
  method: string,
  path: string,
  body: unknown,
): Promise<T> {
  const { origin, token } = addressOf(sandbox, cloud);
  const answer = await fetch(`${origin}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  const refused = `${cloud} answered ${String(answer.status)} to ${method} ${path}: ${text}`;
  if (answer.status === 423) throw new StillBusy(refused);
  if (!answer.ok) throw new Error(refused);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** The machines of an app, with the processes that they are; waits until each has one. */
export async function machinesOf(sandbox: Sandbox, app: string): Promise<readonly SeenMachine[]> {
  const look = async (): Promise<readonly SeenMachine[]> => {
    const machines = await ask<{ id: string; config: { image: string } }[]>(
      sandbox,
      "fly",
      `/v1/apps/${app}/machines`,
    );
    const seen = machines.map(({ id, config }) => ({ id, image: config.image, pid: processOf(sandbox, id) }));
    if (seen.some(({ pid }) => pid === undefined)) throw new Error(`a machine of ${app} has no process`);
    return seen as SeenMachine[];
  };
  return vi.waitFor(look, { timeout: 60_000, interval: 100 });
}

/** The sandbox keeps a file for each process, named by its id and holding the machine's. */
function processOf(sandbox: Sandbox, machine: string): number | undefined {
  const folder = join(sandbox.home, "run");
  const file = readdirSync(folder).find((each) => {
    try {
      return readFileSync(join(folder, each), "utf8").includes(machine);
    } catch {
      return false;
    }
  });
  return file === undefined ? undefined : Number(file.split("-")[0]);
}

/** What GitHub shows of a commit: its rollout status, and the state of its newest deployment to staging. */
export async function rolloutStatus(
  sandbox: Sandbox,
  commit: string,
): Promise<{ commit: string | undefined; deployment: string | undefined }> {
  const repository = "/repos/atlaris/atlaris";
  const { statuses } = await ask<{ statuses: { context: string; state: string }[] }>(
    sandbox,
    "github",
    `${repository}/commits/${commit}/status`,
  );
  const [deployment] = await ask<{ id: number }[]>(
    sandbox,
    "github",
    `${repository}/deployments?environment=staging&sha=${commit}&per_page=1`,
  );
  const [newest] = deployment
    ? await ask<{ state: string }[]>(
        sandbox,
        "github",
        `${repository}/deployments/${String(deployment.id)}/statuses`,
      )
    : [];
  return {
    commit: statuses.find(({ context }) => context === "rollout/staging")?.state,
    deployment: newest?.state,
  };
}

/** The secrets that the emulator of GitHub keeps of an environment, which its API never shows, by name. */
export function environmentSecrets(sandbox: Sandbox, name: string): Readonly<Record<string, string>> {
  const file = join(sandbox.home, "cloud", "github", "state.json");
  const state = JSON.parse(readFileSync(file, "utf8")) as GithubState;
  const own = Object.values(state.repositories["atlaris/atlaris"]?.environments ?? {});
  const { secrets = {} } = own.find((each) => each.name === name) ?? {};
  return Object.fromEntries(Object.entries(secrets).map(([key, { value }]) => [key, value]));
}

type ByName<T> = Readonly<Record<string, T>>;

interface GithubState {
  readonly repositories: ByName<{
    readonly environments: ByName<{
      readonly name: string;
      readonly secrets: ByName<{ readonly value: string }>;
    }>;
  }>;
}

export interface SeenPlan {
  readonly status: string;
  readonly modules: readonly {
    readonly title: string;
    readonly tasks: readonly { readonly title: string }[];
  }[];
}

/** Posts a plan as a user does; fails with the status when it is not accepted. */
export async function postPlan(
  webUrl: string,
  key: string | undefined,
  topic: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const authorization = key ? { authorization: `Bearer ${key}` } : {};
  const answer = await fetch(`${webUrl}/api/plans`, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization, ...headers },
    body: JSON.stringify({ topic, skillLevel: "beginner" }),
  });
  if (answer.status !== 202) throw new Error(`${String(answer.status)} ${await answer.text()}`);
  return ((await answer.json()) as { planId: string }).planId;
}

/** Asks for a plan again, from the regenerator's queue; fails with the status when that is not accepted. */
export async function postRegeneration(webUrl: string, key: string, planId: string): Promise<void> {
  const answer = await fetch(`${webUrl}/api/plans/${planId}/regenerate`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
  });
  if (answer.status !== 202) throw new Error(`${String(answer.status)} ${await answer.text()}`);
}

export async function waitForPlan(
  webUrl: string,
  key: string,
  planId: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<SeenPlan> {
  const look = async (): Promise<SeenPlan> => {
    const answer = await fetch(`${webUrl}/api/plans/${planId}`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
    const plan = (await answer.json()) as SeenPlan;
    if (plan.status !== "ready") throw new Error(`plan ${planId} was not ready after 60 s`);
    return plan;
  };
  return vi.waitFor(look, { timeout: 60_000, interval: 200 });
}
