import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "../stacks.ts";
import { openProgress } from "../toolchain/progress.ts";
import { UserError } from "../user-error.ts";
import { ensureClouds } from "./clouds.ts";
import { callControl } from "./control-client.ts";
import type { Sandbox } from "./sandbox.ts";

const limitMilliseconds = 5000;
const stackFile = "Pulumi.staging.yaml";

/** Tells the sandbox's GitHub what CI says of the checked-out commit. */
export async function ci({ checkout, home, tokens }: Sandbox, args: readonly string[]): Promise<number> {
  const [option = "", ...more] = args;
  const states: Readonly<Record<string, string>> = { "": "success", "--fail": "failure", "--none": "none" };
  if (option === "--run")
    throw new UserError(
      "bin/sandbox ci --run comes with the workflows; there are none in this checkout yet.",
      2,
    );
  const state = states[option];
  if (state === undefined || more.length > 0)
    throw new UserError(`bin/sandbox ci takes one of --run, --fail, --none, got ${args.join(" ")}.`, 2);
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: checkout, encoding: "utf8" }).trim();
  const { owner, repository } = readRepository(checkout);
  const endpoints = await ensureClouds(checkout, home, tokens, openProgress());
  await callControl(
    endpoints.clouds.github,
    tokens.clouds.github,
    "PUT",
    `/_sandbox/ci/${owner}/${repository}/${commit}`,
    limitMilliseconds,
    { state },
  );
  const said = state === "none" ? "nothing" : state;
  process.stdout.write(`CI of ${commit.slice(0, 12)} in ${owner}/${repository} says: ${said}\n`);
  return 0;
}

function readRepository(checkout: string): { readonly owner: string; readonly repository: string } {
  const config = parse(readFileSync(join(checkout, stackFile), "utf8"))["config"] as
    Readonly<Record<string, { owner?: unknown; repository?: unknown } | undefined>> | undefined;
  const { owner, repository } = config?.["atlaris:github"] ?? {};
  if (typeof owner !== "string" || typeof repository !== "string")
    throw new UserError(`${stackFile} must name atlaris:github.owner and atlaris:github.repository.`, 2);
  return { owner, repository };
}
