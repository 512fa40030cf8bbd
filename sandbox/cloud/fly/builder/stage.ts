import { posix } from "node:path";
import { shellWords } from "../../../flyctl/shell-words.ts";
import type { ImageConfig } from "../state.ts";
import { digestOfSources, findSources } from "./copy.ts";
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

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What a stage will do, each action with the key under which its result is cached. */
export async function planStage(
  input: BuildInput,
  stage: Stage,
  finished: readonly FinishedStage[],
): Promise<PlannedStage> {
  const globalArgs = readGlobalArgs(input);
  const base = expand(stage.base, globalArgs);
  const parent = finished.find((each) => each.name === base.toLowerCase());
  if (
    !parent &&
    !/^(docker\.io\/)?(library\/)?node(:[\w.-]+)?(@sha256:\w+)?$/.test(base) &&
    base !== "scratch"
  )
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
  };
  const args: Record<string, string> = {};
  const actions: Action[] = [];

  for (const step of stage.steps) {
    const replaced = (): string => expand(step.text, { ...args, ...config.env });
    switch (step.keyword) {
      case "ENV":
        for (const [name, value] of assignments(step, replaced())) config.env[name] = value ?? "";
        break;
      case "ARG":
        for (const [name, value] of assignments(step, replaced())) {
          const given = input.buildArgs[name] ?? value ?? globalArgs[name];
          if (given !== undefined) args[name] = given;
        }
        break;
      case "WORKDIR":
        config.workdir = posix.resolve(config.workdir, replaced());
        key = sha256(key, "folder", config.workdir);
        actions.push({ kind: "folder", key, step, path: config.workdir });
        break;
      case "COPY": {
        const copy = await planCopy(input, step, replaced(), config.workdir, finished);
        key = sha256(key, "copy", copy.digest, copy.destination, step.flags["chmod"] ?? "");
        actions.push({ kind: "copy", key, step, ...copy });
        break;
      }
      case "RUN": {
        const env = { ...args, ...config.env };
        const command = execForm(step.text) ?? ["/bin/sh", "-c", step.text];
        key = sha256(
          key,
          "run",
          JSON.stringify(command),
          config.workdir,
          JSON.stringify(Object.entries(env).sort()),
        );
        actions.push({ kind: "run", key, step, command, workdir: config.workdir, env });
        break;
      }
      case "USER":
        config.user = replaced();
        break;
      case "EXPOSE":
        config.exposed.push(...shellWords(replaced()));
        break;
      case "CMD":
        config.cmd = execForm(step.text) ?? ["/bin/sh", "-c", step.text];
        break;
      case "ENTRYPOINT":
        config.entrypoint = execForm(step.text) ?? ["/bin/sh", "-c", step.text];
        // As Docker has it: an entry point of one's own drops the command of the image below.
        config.cmd = [];
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
    for (const [name, value] of assignments(step, expand(step.text, args))) {
      const given = input.buildArgs[name] ?? value;
      if (given !== undefined) args[name] = given;
    }
  return args;
}

async function planCopy(
  input: BuildInput,
  step: Step,
  text: string,
  workdir: string,
  finished: readonly FinishedStage[],
): Promise<{ sources: string[]; destination: string; mode: number | undefined; digest: string }> {
  const paths = execForm(text) ?? shellWords(text);
  const destination = paths.at(-1);
  if (destination === undefined || paths.length < 2)
    throw new DockerfileError(step.line, "COPY takes at least one source and a destination");
  const from = step.flags["from"];
  const stage = from === undefined ? undefined : findStage(finished, from);
  if (from !== undefined && !stage)
    throw new DockerfileError(step.line, `COPY --from=${from}: no earlier stage of that name`);
  const root = stage?.rootfs ?? input.context;
  const sources: string[] = [];
  for (const path of paths.slice(0, -1)) {
    const found = await findSources(root, path);
    if (found.length === 0)
      throw new DockerfileError(
        step.line,
        `COPY: "${path}" not found in ${stage ? `stage ${from ?? ""}` : "the build context (is it in .dockerignore?)"}`,
      );
    sources.push(...found);
  }
  const mode = step.flags["chmod"];
  if (mode !== undefined && !/^[0-7]{3,4}$/.test(mode))
    throw new DockerfileError(step.line, `COPY --chmod takes an octal mode, found "${mode}"`);
  return {
    sources,
    destination: posix.resolve(workdir, destination) + (/(^|\/)\.?$/.test(destination) ? "/" : ""),
    mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
    digest: await digestOfSources(root, sources),
  };
}

function findStage(finished: readonly FinishedStage[], name: string): FinishedStage | undefined {
  return finished.find((each) => each.name === name.toLowerCase() || String(each.index) === name);
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
    const names = [expand(stage.base, globalArgs), ...stage.steps.map((step) => step.flags["from"] ?? "")];
    for (const name of names)
      stages.forEach((each, at) => {
        if (at < index && (each.name === name.toLowerCase() || String(at) === name)) visit(at);
      });
  };
  visit(stages.length - 1);
  return needed;
}
