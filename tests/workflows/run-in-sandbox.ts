import { join } from "node:path";
import { openGithubService } from "../../sandbox/workflows/github-service.ts";
import { runWorkflow, type RanJob, type WorkflowEvent } from "../../sandbox/workflows/run-workflow.ts";
import { readWorkflow, workflowsFolder, type Step } from "../../sandbox/workflows/workflow.ts";
import type { Checkout } from "../sandbox/checkout.ts";
import { addressOf } from "../sandbox/observe.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** The secrets of the workflows, each by the variable that has its value in the sandbox. */
const secretsByVariable: Readonly<Record<string, string>> = {
  NEON_API_KEY: "NEON_API_KEY",
  FLY_API_TOKEN: "FLY_ACCESS_TOKEN",
  VERCEL_TOKEN: "VERCEL_API_TOKEN",
  ROLLOUT_GITHUB_TOKEN: "GITHUB_TOKEN",
  RAILWAY_API_TOKEN: "RAILWAY_API_TOKEN",
  FLY_REGISTRY_TOKEN: "FLY_REGISTRY_TOKEN",
  OPENAI_API_KEY: "OPENAI_API_KEY",
  ROLLOUT_SIGNING_KEY: "ROLLOUT_SIGNING_KEY",
  PULUMI_BACKEND_URL: "PULUMI_BACKEND_URL",
  PULUMI_CONFIG_PASSPHRASE: "PULUMI_CONFIG_PASSPHRASE",
};
/** In addition, not given: the job's own token. */
const ofJobs = "GITHUB_TOKEN";

export interface RunSettings {
  readonly event?: Partial<WorkflowEvent>;
  /** Variables of the environment in addition, such as limits of waits. */
  readonly variables?: NodeJS.ProcessEnv;
  readonly leaveOut?: (step: Step) => string | undefined;
  /** Whether the repository has its secrets; true by default. */
  readonly hasSecrets?: boolean;
  /** Whether the repository has runners of its own, which the emulator of GitHub gives the jobs to. */
  readonly hasRunners?: boolean;
  /** Called with what the steps print, as it comes. */
  readonly onOutput?: (text: string) => void;
}

export type RunInSandbox = (
  file: string,
  settings?: RunSettings,
) => Promise<Readonly<Record<string, RanJob>>>;

/** Runs workflows of a checkout in its sandbox, as GitHub would: a step has what it names as a secret, and no other. */
export async function workflowsIn(
  checkout: Checkout,
  sandbox: Sandbox,
  repository: string,
): Promise<RunInSandbox> {
  const text = await sandbox.read("node", "-p", "JSON.stringify(process.env)");
  const environment = JSON.parse(text) as NodeJS.ProcessEnv;
  const given = new Set([...Object.keys(secretsByVariable), ...Object.values(secretsByVariable), ofJobs]);
  const others = Object.fromEntries(Object.entries(environment).filter(([name]) => !given.has(name)));
  const secrets = Object.fromEntries(
    Object.entries(secretsByVariable).map(([name, variable]) => [name, environment[variable] ?? ""]),
  );
  let runs = 0;
  const ofRunners = {
    usesRunners: true,
    variables: { ROLLOUT_RUNNERS: "self-hosted" },
    secrets: { ...secrets, ROLLOUT_RUNNERS_TOKEN: secrets["ROLLOUT_GITHUB_TOKEN"] ?? "" },
  };
  return async (file, settings = {}) => {
    const { event: more, variables, leaveOut, hasSecrets = true, hasRunners = false, onOutput } = settings;
    runs += 1;
    const event: WorkflowEvent = {
      name: "push",
      ref: "refs/heads/main",
      sha: checkout.git("rev-parse", "HEAD"),
      repository,
      ...more,
    };
    const workflow = readWorkflow(checkout.root, file);
    const address = { ...addressOf(sandbox, "github"), limitMilliseconds: 120_000 };
    return runWorkflow({
      checkout: checkout.root,
      workflow,
      event,
      secrets: hasSecrets ? secrets : {},
      environment: { ...others, WAIT_SECONDS: "0.2", WAIT_LIMIT_SECONDS: "60", ...variables },
      folder: join(sandbox.home, `run-${String(runs)}`),
      service: await openGithubService(address, workflow, event, join(workflowsFolder, file)),
      ...(leaveOut ? { leaveOut } : {}),
      ...(onOutput ? { onOutput } : {}),
      ...(hasRunners ? ofRunners : {}),
    });
  };
}

export const resultsOf = (jobs: Readonly<Record<string, RanJob>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(jobs).map(([id, { result }]) => [id, result]));

export const outputOf = ({ steps = [] }: Partial<RanJob> = {}): string =>
  steps.map(({ output }) => output).join("\n");
