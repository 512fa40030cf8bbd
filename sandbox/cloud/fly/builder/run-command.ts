import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProcessKeeper } from "../../process-keeper.ts";
import type { Confinement, NotConfined } from "./confinement.ts";
import { followFile } from "./follow-file.ts";
import { outsideTheImage } from "./outside-the-image.ts";
import { confinedEnvironment, openEnvironment } from "./run-environment.ts";
import { cacheFolder, type RunMount } from "./run-mounts.ts";

export interface RunRequest {
  readonly command: readonly string[];
  /** Path in the image. */
  readonly workdir: string;
  readonly rootfs: string;
  /** ARG and ENV of the stage. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly RunMount[];
  readonly progress: (line: string) => void;
  /** Ends it before its time. */
  readonly signal: AbortSignal;
}

/** Runs a RUN; resolves with the message when it failed: the exit code and the last lines of its output. */
export type RunCommand = (request: RunRequest) => Promise<string | undefined>;

const limitMilliseconds = 600_000;
const lastLines = 20;

export interface RunContext {
  readonly processes: ProcessKeeper;
  /** What builds share: caches, and the home folder of commands that are not confined. */
  readonly home: string;
  readonly confinement: () => Promise<Confinement | NotConfined>;
}

/** What is started for a RUN, and what has to be done when it has ended. */
interface Prepared {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly finish: () => Promise<void>;
}

/** RUNs as processes of the clouds, so that a killed sandbox leaves none behind. Their output goes to `progress`. */
export function makeRunCommand(context: RunContext): RunCommand {
  const { processes } = context;
  return async (request) => {
    const prepared = await prepare(request, context);
    if (typeof prepared === "string") return prepared;
    const name = `fly-run-${randomUUID()}`;
    const log = processes.logFile(name);
    try {
      const kept = processes.start({
        name,
        command: prepared.words[0] ?? "/bin/sh",
        args: prepared.words.slice(1),
        cwd: prepared.cwd,
        env: prepared.env,
      });
      const output = followFile(log, request.progress);
      const stop = (): void => void kept.stop("SIGTERM", 5000);
      const timer = setTimeout(stop, limitMilliseconds);
      request.signal.addEventListener("abort", stop);
      const exit = await kept.exited;
      clearTimeout(timer);
      request.signal.removeEventListener("abort", stop);
      await output.finish();
      const text = await readFile(log, "utf8").catch(() => "");
      if (exit.code === 0) return undefined;
      const lines = text.trimEnd().split("\n").slice(-lastLines);
      const how = exit.signal === null ? `exit code: ${exit.code ?? "none"}` : `ended by ${exit.signal}`;
      const failure = `process "${request.command.join(" ")}" did not complete successfully: ${how}`;
      return [failure, ...lines, ...advice(exit.code, text)].join("\n");
    } finally {
      await rm(log, { force: true });
      await prepared.finish();
    }
  };
}

async function prepare(request: RunRequest, context: RunContext): Promise<Prepared | string> {
  const { command, env, rootfs, workdir, mounts } = request;
  const { home } = context;
  const confinement = await context.confinement();
  if ("reason" in confinement) {
    const outside =
      outsideTheImage(command.join(" "), workdir) ?? mounts.find(({ type }) => type === "bind")?.target;
    if (outside !== undefined)
      return (
        `it is about ${outside}, outside of the image's working directory, and this machine cannot confine it (${confinement.reason}). ` +
        "Use relative paths, or build where user namespaces and overlays are allowed"
      );
    const cwd = join(rootfs, workdir);
    await mkdir(cwd, { recursive: true });
    return {
      words: command,
      env: openEnvironment(env, home, rootfs),
      cwd,
      finish: () => Promise.resolve(),
    };
  }
  await mkdir(join(rootfs, workdir), { recursive: true });
  const { env: variables, binds } = confinedEnvironment(env, home);
  const mounted = mounts.flatMap((mount) => {
    if (mount.type === "tmpfs") return [];
    if (mount.type === "bind") return [{ from: mount.source, to: mount.target }];
    const from = cacheFolder(home, mount.id);
    mkdirSync(from, { recursive: true });
    return [{ from, to: mount.target, isWritable: true }];
  });
  const { words, finish } = await confinement.prepare({
    ...{ rootfs, workdir, command },
    env: variables,
    binds: [...binds, ...mounted],
    emptyFolders: mounts.flatMap(({ type, target }) => (type === "tmpfs" ? [target] : [])),
  });
  return { words, env: variables, cwd: rootfs, finish };
}

/** What is not obvious from the words of a command that failed in the sandbox alone. */
function advice(code: number | null, text: string): readonly string[] {
  if (code === 127 || /: not found$/m.test(text))
    return [
      "In the sandbox this machine's programs stand for those of the base image: install the one that is missing.",
    ];
  if (/Value too large for defined data type|Invalid argument|Operation not permitted/.test(text))
    return ["In the sandbox a RUN has no other users, and may not change this machine's own files."];
  return [];
}
