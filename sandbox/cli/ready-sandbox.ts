import { sandboxEnvironment, type Endpoints } from "../environment.ts";
import { prepareToolchain, type Toolchain } from "../toolchain/prepare.ts";
import type { Sandbox } from "./sandbox.ts";
import { ensureClouds } from "./start-clouds.ts";

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
