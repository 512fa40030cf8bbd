import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, projectConfig, type Yaml } from "../stacks.ts";
import { openProgress } from "../toolchain/progress.ts";
import { UserError } from "../user-error.ts";
import { ensureClouds } from "./start-clouds.ts";
import { callControl } from "./control-client.ts";
import { runCi } from "./run-ci.ts";
import type { Sandbox } from "./sandbox.ts";

const limitMilliseconds = 5000;
const stackFile = "Pulumi.staging.yaml";

const states: Readonly<Record<string, string>> = {
  "--pass": "success",
  "--fail": "failure",
  "--none": "none",
};

/** Shows what the sandbox's GitHub knows about CI of the checked-out commit, changes it, or runs CI. */
export async function ci(sandbox: Sandbox, args: readonly string[]): Promise<number> {
  const { checkout, home, tokens } = sandbox;
  const [option, ...more] = args;
  const wanted = option === undefined ? undefined : states[option];
  if ((option !== undefined && option !== "--run" && wanted === undefined) || more.length > 0)
    throw new UserError(
      `bin/sandbox ci takes one of --run, ${Object.keys(states).join(", ")}, got ${args.join(" ")}.`,
      2,
    );
  const commit = readCommit(checkout);
  const { owner, repository } = readRepository(checkout);
  const endpoints = await ensureClouds(checkout, home, tokens, openProgress());
  const github = (method: string, path: string, body?: unknown): Promise<unknown> =>
    callControl(endpoints.clouds.github, tokens.clouds.github, method, path, limitMilliseconds, body);
  const place = `/_sandbox/ci/${owner}/${repository}/${commit}`;
  const tell = (state: string, description?: string): Promise<unknown> =>
    github("PUT", place, { state, description });
  if (wanted !== undefined) await tell(wanted);
  const isGreen = option !== "--run" || (await runCi(sandbox, commit, `${owner}/${repository}`, tell));
  const found = (await github("GET", place)) as { state: string; description: string | null };
  const text = found.description === null ? found.state : `${found.state} (${found.description})`;
  const result = found.state === "none" ? "nothing" : text;
  process.stdout.write(`CI of ${commit.slice(0, 12)} in ${owner}/${repository} says: ${result}\n`);
  return isGreen ? 0 : 1;
}

function readCommit(checkout: string): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], {
      cwd: checkout,
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  } catch {
    throw new UserError("CI speaks of a commit, and this folder is no git checkout with one.", 2);
  }
}

function readRepository(checkout: string): { readonly owner: string; readonly repository: string } {
  const { config } = parse(readFileSync(join(checkout, stackFile), "utf8"));
  const merged = { ...projectConfig(checkout), ...(config as Yaml | undefined) };
  const { owner, repository } = (merged["rollout:github"] ?? {}) as Yaml;
  if (typeof owner !== "string" || typeof repository !== "string")
    throw new UserError(
      `${stackFile} or Pulumi.yaml must name rollout:github.owner and rollout:github.repository.`,
      2,
    );
  return { owner, repository };
}
