import { posix } from "node:path";
import { shellWords } from "../../../flyctl/shell-words.ts";
import type { ImageConfig } from "../state.ts";
import { sha256 } from "./content-digest.ts";
import {
  assignments,
  DockerfileError,
  execForm,
  expand,
  type ParsedDockerfile,
  type Stage,
  type Step,
} from "./dockerfile.ts";
import { planCopy, rootOf } from "./plan-copy.ts";
import { systemPath } from "./run-environment.ts";
import { readMounts, type RunMount, stagesOfMounts } from "./run-mounts.ts";

/** One change to the file system of a stage; `key` names the file system after it. */
export type Action = { readonly key: string; readonly step: Step } & (
  | { readonly kind: "folder"; readonly path: string }
  | {
      readonly kind: "copy";
      readonly sources: readonly string[];
      readonly destination: string;
      readonly mode: number | undefined;
    }
  | {
      readonly kind: "run";
      readonly command: readonly string[];
      readonly workdir: string;
      readonly env: Readonly<Record<string, string>>;
      readonly mounts: readonly RunMount[];
    }
);

export interface PlannedStage {
  /** What stands after FROM, variables replaced. */
  readonly base: string;
  readonly key: string;
  readonly actions: readonly Action[];
  readonly config: ImageConfig;
}

/** A stage that was carried out: what the next ones build on or copy from. */
export interface FinishedStage extends PlannedStage {
  readonly index: number;
  readonly name: string | undefined;
  readonly rootfs: string;
}

export interface BuildInput {
  readonly dockerfile: ParsedDockerfile;
  readonly context: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

const nodeImage =
  /^(?:(?:docker\.io|mirror\.gcr\.io|registry-1\.docker\.io|public\.ecr\.aws\/docker)\/)?(?:library\/)?node(?::[\w.-]+)?(?:@sha256:\w+)?$/;

/** What a stage will do, each action with the key under which its result is cached. */
export async function planStage(
  input: BuildInput,
  stage: Stage,
  finished: readonly FinishedStage[],
): Promise<PlannedStage> {
  const globalArgs = readGlobalArgs(input);
  const base = expand(stage.base, globalArgs);
  const parent = finished.find((each) => each.name === base.toLowerCase());
  if (!parent && !nodeImage.test(base) && base !== "scratch")
    throw new DockerfileError(
      stage.line,
      `FROM ${base} is not in this sandbox: a stage begins from node (this machine's ${process.version} stands in for it) or from an earlier stage`,
    );

  let key = parent?.key ?? sha256("from", process.version, process.platform, process.arch);
  const config = {
    env: { PATH: systemPath, ...parent?.config.env } as Record<string, string>,
    workdir: parent?.config.workdir ?? "/",
    entrypoint: parent?.config.entrypoint ?? ([] as readonly string[]),
    cmd: parent?.config.cmd ?? ["node"],
    user: parent?.config.user ?? "",
    exposed: [...(parent?.config.exposed ?? [])],
    labels: { ...parent?.config.labels } as Record<string, string>,
  };
  const args: Record<string, string> = {};
  const actions: Action[] = [];
  let shell: readonly string[] = ["/bin/sh", "-c"];

  for (const step of stage.steps) {
    const replaced = (): string => expand(step.text, { ...args, ...config.env });
    switch (step.keyword) {
      case "ENV":
        for (const [name, value] of assignments(step, replaced())) config.env[name] = value ?? "";
        break;
      case "ARG":
        Object.assign(args, givenArgs(assignments(step, replaced()), [input.buildArgs, globalArgs]));
        break;
      case "WORKDIR":
        config.workdir = posix.resolve(config.workdir, replaced());
        key = sha256(key, "folder", config.workdir);
        actions.push({ kind: "folder", key, step, path: config.workdir });
        break;
      case "COPY":
      case "ADD": {
        const copy = await planCopy(input.context, step, replaced(), config.workdir, finished);
        key = sha256(key, "copy", copy.digest, copy.destination, step.flags["chmod"] ?? "");
        actions.push({ kind: "copy", key, step, ...copy });
        break;
      }
      case "RUN": {
        const env = { ...args, ...config.env };
        const command = execForm(step.text) ?? [...shell, step.text];
        const mounts = await readMounts(
          step,
          step.mounts.map((mount) => expand(mount, env)),
          config.workdir,
          (from) => (from === undefined ? input.context : rootOf(finished, from, step)),
        );
        // A bind is known by what it holds: where the context lies is another folder in each build.
        const held = mounts.map((mount) => ({ ...mount, source: undefined }));
        const texts = [command, Object.entries(env).sort(), held].map((each) => JSON.stringify(each));
        key = sha256(key, "run", config.workdir, ...texts);
        actions.push({ kind: "run", key, step, command, workdir: config.workdir, env, mounts });
        break;
      }
      case "USER":
        config.user = replaced();
        break;
      case "EXPOSE":
        config.exposed.push(...shellWords(replaced()));
        break;
      case "CMD":
        config.cmd = execForm(step.text) ?? [...shell, step.text];
        break;
      case "ENTRYPOINT":
        config.entrypoint = execForm(step.text) ?? [...shell, step.text];
        // As Docker has it: an entry point of one's own drops the command of the image below.
        config.cmd = [];
        break;
      case "SHELL":
        shell = execForm(step.text) ?? [];
        if (shell.length === 0)
          throw new DockerfileError(step.line, `SHELL takes a list like ["/bin/bash", "-c"]`);
        break;
      case "LABEL":
        for (const [name, value] of assignments(step, replaced())) config.labels[name] = value ?? "";
        break;
      case "MAINTAINER":
      case "HEALTHCHECK":
      case "VOLUME":
      case "STOPSIGNAL":
        // Fly goes by the fly.toml for checks, signals and volumes (fly.io/docs, "App configuration").
        break;
      default:
        throw new DockerfileError(step.line, `${step.keyword} is not in this sandbox`);
    }
  }
  return { base, key, actions, config };
}

function readGlobalArgs(input: BuildInput): Record<string, string> {
  const args: Record<string, string> = {};
  for (const step of input.dockerfile.globalArgs)
    Object.assign(args, givenArgs(assignments(step, expand(step.text, args)), [input.buildArgs, {}]));
  return args;
}

/** The values of ARG: those of the build, the step's own, those before the first stage. */
function givenArgs(
  named: readonly (readonly [name: string, value: string | undefined])[],
  [ofBuild, before]: readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>],
): Record<string, string> {
  const given = named.map(([name, value]) => [name, ofBuild[name] ?? value ?? before[name]] as const);
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** The stages that the last one needs; the others are not built, as BuildKit leaves them out. */
export function neededStages(input: BuildInput): ReadonlySet<number> {
  const { stages } = input.dockerfile;
  const globalArgs = readGlobalArgs(input);
  const needed = new Set<number>();
  const visit = (index: number): void => {
    const stage = stages[index];
    if (!stage || needed.has(index)) return;
    needed.add(index);
    const names = [
      expand(stage.base, globalArgs),
      ...stage.steps.flatMap(({ flags, mounts }) => [flags["from"] ?? "", ...stagesOfMounts(mounts)]),
    ];
    for (const name of names)
      stages.forEach((each, at) => {
        if (at < index && (each.name === name.toLowerCase() || String(at) === name)) visit(at);
      });
  };
  visit(stages.length - 1);
  return needed;
}
