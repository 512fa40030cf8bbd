import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EmulatorContext } from "../emulator.ts";
import type { BuildOutput } from "./build-output.ts";
import { readBuildOutput } from "./build-output.ts";
import { functionEnvironment } from "./deployment-environment.ts";
import { FunctionProcess } from "./function-process.ts";
import { PrerenderedAnswers } from "./prerendered-answers.ts";
import type { Deployment } from "./state.ts";

/** A deployment that no alias points at stops after so many milliseconds without a request. */
const idleLimit = 60_000;

/** A deployment whose output is read; its functions may sleep. */
export interface LoadedDeployment {
  readonly output: BuildOutput;
  /** By their paths; several may lead to one process. */
  readonly functions: ReadonlyMap<string, FunctionProcess>;
  readonly prerendered: PrerenderedAnswers;
  requestsInFlight: number;
  usedAt: number;
}

/** Runs the functions of deployments, each from its deployment's own copy of the upload. */
export interface Runtime {
  /** The folder that holds the deployment's copy of `.vercel/output`, and nothing else. */
  outputFolder(deployment: Deployment): string;
  /** Reads the deployment's output, once. @throws BuildOutputError */
  load(deployment: Deployment): Promise<LoadedDeployment>;
  /** Starts its functions where they sleep. @throws FunctionStartError */
  wake(deployment: Deployment): Promise<void>;
  isRunning(deployment: Deployment): boolean;
  /** Stops it for good. */
  forget(deployment: Deployment): Promise<void>;
  stop(): Promise<void>;
}

/** `isLive` returns whether an alias points at the deployment with this id: such a one never sleeps. */
export async function openRuntime(
  context: EmulatorContext,
  isLive: (id: string) => boolean,
): Promise<Runtime> {
  const runtimeFolder = join(context.dataFolder, "runtime");
  await mkdir(runtimeFolder, { recursive: true });
  // A copy: the checkout may be at another commit, or gone, while deployments run.
  const host = join(runtimeFolder, "function-host.mjs");
  await copyFile(fileURLToPath(new URL("function-host.mjs", import.meta.url)), host);

  const loaded = new Map<string, Promise<LoadedDeployment>>();
  const running = new Map<string, LoadedDeployment>();
  let isStopped = false;

  const outputFolder = (deployment: Deployment): string =>
    join(context.dataFolder, "deployments", deployment.id, "output");

  const read = async (deployment: Deployment): Promise<LoadedDeployment> => {
    const output = await readBuildOutput(outputFolder(deployment));
    const functions = new Map<string, FunctionProcess>();
    const byFolder = new Map<string, FunctionProcess>();
    for (const [path, config] of output.functions) {
      const same = byFolder.get(config.folder);
      if (same) {
        functions.set(path, same);
        continue;
      }
      const name = `vercel-${deployment.id}-${path.replaceAll(/[^A-Za-z0-9.]+/g, "-")}`;
      const options = {
        name,
        host,
        folder: config.folder,
        handler: join(config.folder, config.handler),
        isWeb: config.useWebApi === true,
        env: functionEnvironment(deployment, config),
        portFile: join(runtimeFolder, `${name}.port`),
      };
      const isWanted = (): boolean => !isStopped && running.has(deployment.id) && isLive(deployment.id);
      const started = new FunctionProcess(options, context.processes, isWanted);
      functions.set(path, started);
      byFolder.set(config.folder, started);
    }
    const prerendered = new PrerenderedAnswers(deployment.createdAt);
    const entry = { output, functions, prerendered, requestsInFlight: 0, usedAt: Date.now() };
    running.set(deployment.id, entry);
    return entry;
  };

  const load = (deployment: Deployment): Promise<LoadedDeployment> => {
    let entry = loaded.get(deployment.id);
    if (!entry) {
      entry = read(deployment);
      loaded.set(deployment.id, entry);
      entry.catch(() => loaded.delete(deployment.id));
    }
    return entry;
  };

  const stopAll = (entry: LoadedDeployment | undefined): Promise<unknown> =>
    Promise.all([...(entry?.functions.values() ?? [])].map((each) => each.stop()));

  const sweep = setInterval(() => {
    for (const [id, entry] of running)
      if (!isLive(id) && entry.requestsInFlight === 0 && Date.now() - entry.usedAt > idleLimit)
        void stopAll(entry);
  }, 5_000).unref();

  return {
    outputFolder,
    load,
    wake: async (deployment) => {
      const entry = await load(deployment);
      entry.usedAt = Date.now();
      await Promise.all([...entry.functions.values()].map((each) => each.port()));
    },
    isRunning: (deployment) =>
      [...(running.get(deployment.id)?.functions.values() ?? [])].some((each) => each.isRunning),
    forget: async (deployment) => {
      const entry = running.get(deployment.id);
      running.delete(deployment.id);
      loaded.delete(deployment.id);
      await stopAll(entry);
      await rm(join(context.dataFolder, "deployments", deployment.id), { recursive: true, force: true });
    },
    stop: async () => {
      isStopped = true;
      clearInterval(sweep);
      await Promise.all([...running.values()].map(stopAll));
    },
  };
}
