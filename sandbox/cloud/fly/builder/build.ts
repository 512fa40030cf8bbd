import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ImageConfig } from "../state.ts";
import { contentDigest, sha256, sizeOf } from "./content-digest.ts";
import { copyInto, copyTree } from "./copy.ts";
import { DockerfileError, parseDockerfile, upTo } from "./dockerfile.ts";
import { findLayer, keepFolder, keepLayer, type LayerFolders } from "./layers.ts";
import { missingProgram } from "./program-of-image.ts";
import type { RunCommand } from "./run-command.ts";
import { type Action, type BuildInput, type FinishedStage, neededStages, planStage } from "./stage.ts";

export interface BuiltImage {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly config: ImageConfig;
}

/** Layers are file systems after an instruction, by key; only complete ones stand there. */
export interface BuildFolders extends LayerFolders {
  /** Images by digest; never changed once they are here. */
  readonly images: string;
  /** Half-done things; emptied when the clouds start. */
  readonly work: string;
}

export interface BuildRequest {
  readonly dockerfile: string;
  readonly contextFolder: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** The stage that becomes the image; the last one where it is absent. */
  readonly target?: string | undefined;
}

/** Takes one line of the build's progress. */
export type Progress = (line: string) => void;

export function rootfsOf(folders: BuildFolders, digest: string): string {
  return join(folders.images, digest.replace("sha256:", ""));
}

/**
 * Executes a Dockerfile without a container: each stage is a folder. Where the machine allows it, that folder is the root
 * of a RUN, over this machine's system folders; elsewhere a RUN has its working directory in there, and one that names
 * other paths is refused.
 */
export async function buildImage(
  request: BuildRequest,
  folders: BuildFolders,
  runCommand: RunCommand,
  progress: Progress,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const input: BuildInput = {
    dockerfile: upTo(parseDockerfile(request.dockerfile), request.target),
    context: request.contextFolder,
    buildArgs: request.buildArgs,
  };
  const needed = neededStages(input);
  const finished: FinishedStage[] = [];
  for (const [index, stage] of input.dockerfile.stages.entries()) {
    if (!needed.has(index)) continue;
    const label = stage.name ?? `stage-${index}`;
    const planned = await planStage(input, stage, finished);
    const base = finished.find((each) => each.name === planned.base.toLowerCase())?.rootfs;
    const standsIn = base === undefined ? ` (this machine's Node ${process.version} stands in for it)` : "";
    progress(`[${label}] FROM ${planned.base}${standsIn}`);
    const rootfs = await executeStage(planned.key, planned.actions, base, label);
    finished.push({ ...planned, index, name: stage.name, rootfs });
  }
  const last = finished.at(-1);
  if (!last) throw new Error("Internal error: a Dockerfile without stages was parsed");
  return exportImage(last);

  async function executeStage(
    key: string,
    actions: readonly Action[],
    base: string | undefined,
    label: string,
  ): Promise<string> {
    const { cached, layer } = await newestLayer(actions);
    const from = layer ?? base;
    for (const action of actions.slice(0, cached + 1)) progress(`[${label}] ${describe(action)} (cached)`);
    const rest = actions.slice(cached + 1);
    if (rest.length === 0 && from !== undefined) return from;

    const work = join(folders.work, randomUUID());
    try {
      if (from === undefined) await mkdir(work, { recursive: true });
      else await copyTree(from, work);
      for (const [at, action] of rest.entries()) {
        signal.throwIfAborted();
        progress(`[${label}] ${describe(action)}`);
        await perform(action, work);
        // A copy is quick to repeat; what a command made is kept at once, so that a later failure does not cost it.
        if (action.kind === "run" && at < rest.length - 1) {
          const copy = join(folders.work, randomUUID());
          await copyTree(work, copy);
          await keepLayer(folders, action.key, copy);
        }
      }
      return await keepFolder(work, join(folders.layers, key));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  /** The last action whose result is in the cache; -1 when none is. */
  async function newestLayer(actions: readonly Action[]): Promise<{ cached: number; layer?: string }> {
    for (let cached = actions.length - 1; cached >= 0; cached -= 1) {
      const layer = await findLayer(folders, actions[cached]?.key ?? "");
      if (layer !== undefined) return { cached, layer };
    }
    return { cached: -1 };
  }

  async function perform(action: Action, root: string): Promise<void> {
    switch (action.kind) {
      case "folder":
        await mkdir(join(root, action.path), { recursive: true });
        return;
      case "copy":
        await copyInto(root, action.sources, action.destination, action.mode);
        return;
      case "run": {
        const { command, workdir, env, mounts } = action;
        const failure = await runCommand({
          ...{ command, workdir, env, mounts },
          rootfs: root,
          progress,
          signal,
        });
        signal.throwIfAborted();
        if (failure !== undefined)
          throw new DockerfileError(action.step.line, `RUN ${action.step.text}\n${failure}`);
      }
    }
  }

  async function exportImage(stage: FinishedStage): Promise<BuiltImage> {
    const { config, rootfs } = stage;
    const missing = missingProgram(config.entrypoint, config, rootfs);
    if (missing !== undefined) throw new Error(`the image's ENTRYPOINT ${missing}`);
    // A machine may have a command of its own.
    const unknown = config.entrypoint.length > 0 ? undefined : missingProgram(config.cmd, config, rootfs);
    if (unknown !== undefined) progress(`warning: the image's CMD ${unknown}`);
    const content = await contentDigest(stage.rootfs);
    const digest = `sha256:${sha256(content, JSON.stringify(stage.config))}`;
    const folder = rootfsOf(folders, digest);
    if (!existsSync(folder)) {
      const work = join(folders.work, randomUUID());
      await copyTree(stage.rootfs, work);
      await keepFolder(work, folder);
    }
    return { digest, sizeBytes: await sizeOf(folder), config: stage.config };
  }
}

function describe(action: Action): string {
  return `${action.step.keyword} ${action.step.text.replaceAll(/\s+/g, " ")}`;
}
