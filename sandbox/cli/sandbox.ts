import { realpathSync } from "node:fs";
import { join } from "node:path";
import { openTokens, sandboxEnvironment, type Endpoints, type Tokens } from "../environment.ts";
import { openHome, type Home } from "../home.ts";
import { prepareToolchain, type Toolchain } from "../toolchain/prepare.ts";
import { openProgress, type Progress } from "../toolchain/progress.ts";
import { ensureClouds } from "./clouds.ts";

/** A sandbox as the command line sees it. */
export interface Sandbox {
  /** Without symbolic links. */
  readonly checkout: string;
  readonly home: Home;
  readonly tokens: Tokens;
  readonly progress: Progress;
  readonly environment: NodeJS.ProcessEnv;
}

export function openSandbox(environment: NodeJS.ProcessEnv): Sandbox {
  const checkout = realpathSync(join(import.meta.dirname, "..", ".."));
  const home = openHome(checkout, environment["SANDBOX_HOME"]);
  return { checkout, home, tokens: openTokens(home), progress: openProgress(), environment };
}

/** A sandbox that is set up and whose clouds run. */
export interface ReadySandbox {
  readonly endpoints: Endpoints;
  readonly toolchain: Toolchain;
  /** The environment for a command. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Sets up what is missing, starts what does not run. */
export async function readySandbox(sandbox: Sandbox): Promise<ReadySandbox> {
  const { checkout, home, tokens, progress } = sandbox;
  const toolchain = await prepareToolchain(checkout, home, sandbox.environment, progress);
  const endpoints = await ensureClouds(checkout, home, tokens, progress);
  const environment = sandboxEnvironment(checkout, home, endpoints, tokens, sandbox.environment);
  return { endpoints, toolchain, environment };
}
