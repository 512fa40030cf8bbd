import { DockerfileParser, type Instruction, ModifiableInstruction } from "dockerfile-ast";
import { shellWords } from "../../../flyctl/shell-words.ts";

/** One instruction as the builder sees it: joined to one line, without comments, variables not yet replaced. */
export interface Step {
  readonly line: number;
  readonly keyword: string;
  readonly flags: Readonly<Record<string, string>>;
  /** Each `--mount` of a RUN, in order. */
  readonly mounts: readonly string[];
  readonly text: string;
}

export interface Stage {
  readonly line: number;
  /** What stands after FROM, variables not yet replaced. */
  readonly base: string;
  readonly name: string | undefined;
  readonly steps: readonly Step[];
}

export interface ParsedDockerfile {
  /** ARGs before the first FROM; they hold for the FROM lines only. */
  readonly globalArgs: readonly Step[];
  readonly stages: readonly Stage[];
}

/** A Dockerfile asks for what the builder does not do, or is wrong. */
export class DockerfileError extends Error {
  constructor(line: number, message: string) {
    super(`dockerfile line ${line}: ${message}`);
  }
}

const knownFlags: Readonly<Record<string, readonly string[]>> = {
  FROM: ["platform"],
  COPY: ["from", "chown", "chmod", "link"],
  ADD: ["chown", "chmod", "link"],
  HEALTHCHECK: ["interval", "timeout", "start-period", "start-interval", "retries"],
  RUN: ["mount"],
};
const knownKeywords = [
  ...["FROM", "WORKDIR", "COPY", "ADD", "RUN", "ENV", "ARG", "USER", "EXPOSE", "CMD", "ENTRYPOINT", "SHELL"],
  ...["LABEL", "MAINTAINER", "HEALTHCHECK", "VOLUME", "STOPSIGNAL"],
];

export function parseDockerfile(text: string): ParsedDockerfile {
  const globalArgs: Step[] = [];
  const stages: { line: number; base: string; name: string | undefined; steps: Step[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const step = readStep(instruction);
    const stage = stages.at(-1);
    if (step.keyword === "FROM") {
      const [, base, name] = /^(\S+)(?:\s+as\s+(\S+))?$/i.exec(step.text) ?? [];
      if (base === undefined)
        throw new DockerfileError(step.line, `FROM takes IMAGE or IMAGE AS NAME, found "${step.text}"`);
      stages.push({ line: step.line, base, name: name?.toLowerCase(), steps: [] });
    } else if (stage) stage.steps.push(step);
    else if (step.keyword === "ARG") globalArgs.push(step);
    else throw new DockerfileError(step.line, `${step.keyword} stands before the first FROM`);
  }
  if (stages.length === 0) throw new DockerfileError(1, "no FROM instruction");
  return { globalArgs, stages };
}

/** The Dockerfile with the stage of that name, or number, as its last one; as it is without a target. */
export function upTo(parsed: ParsedDockerfile, target: string | undefined): ParsedDockerfile {
  if (target === undefined || target === "") return parsed;
  const { stages } = parsed;
  const at = stages.findIndex(({ name }, index) => name === target.toLowerCase() || String(index) === target);
  // BuildKit's own words.
  if (at < 0) throw new DockerfileError(1, `target stage "${target}" could not be found`);
  return { ...parsed, stages: stages.slice(0, at + 1) };
}

function readStep(instruction: Instruction): Step {
  const line = instruction.getRange().start.line + 1;
  const keyword = instruction.getKeyword();
  if (!knownKeywords.includes(keyword))
    throw new DockerfileError(
      line,
      `${keyword} is not in this sandbox; it knows ${knownKeywords.join(", ")}`,
    );
  const flags: Record<string, string> = {};
  const mounts: string[] = [];
  if (instruction instanceof ModifiableInstruction)
    for (const flag of instruction.getFlags()) {
      if (!knownFlags[keyword]?.includes(flag.getName()))
        throw new DockerfileError(line, `${keyword} --${flag.getName()} is not in this sandbox`);
      if (flag.getName() === "mount") mounts.push(flag.getValue() ?? "");
      else flags[flag.getName()] = flag.getValue() ?? "true";
    }
  const text = (instruction.getRawArgumentsContent() ?? "")
    .split("\n")
    .filter((each) => !each.trim().startsWith("#"))
    .join("\n")
    .replaceAll(/\\[ \t]*\n/g, "")
    .trim();
  if (["RUN", "COPY", "ADD"].includes(keyword) && /<<-?["']?[A-Za-z_]/.test(text))
    throw new DockerfileError(line, "here-documents are not in this sandbox");
  return { line, keyword, flags, mounts, text };
}

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+alternative}`; a backslash keeps what follows. */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\\(.)|\$\{([A-Za-z_]\w*)(?:(:[-+])([^}]*))?\}|\$([A-Za-z_]\w*)/g,
    (_, escaped?: string, braced?: string, operator?: string, word?: string, bare?: string) => {
      if (escaped !== undefined) return escaped === "$" ? "$" : `\\${escaped}`;
      const value = variables[braced ?? bare ?? ""] ?? "";
      if (operator === ":-") return value === "" ? (word ?? "") : value;
      if (operator === ":+") return value === "" ? "" : (word ?? "");
      return value;
    },
  );
}

/** `["a", "b"]` of CMD, ENTRYPOINT, RUN and COPY; undefined when it is not in that form. */
export function execForm(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every((each) => typeof each === "string")) return parsed;
  } catch {
    // As Docker does: what is no JSON is a shell command.
  }
  return undefined;
}

/** The name and value pairs of ENV and ARG; the old form `ENV NAME value` too. */
export function assignments(step: Step, expanded: string): [name: string, value: string | undefined][] {
  const old = step.keyword === "ENV" ? /^([A-Za-z_]\w*)\s+([^=].*)$/s.exec(expanded) : null;
  if (old?.[1] !== undefined && !/^\S+=/.test(expanded)) return [[old[1], old[2] ?? ""]];
  return shellWords(expanded).map((word) => {
    const at = word.indexOf("=");
    if (at < 1 && step.keyword === "ENV")
      throw new DockerfileError(step.line, `ENV takes NAME=value, found "${word}"`);
    return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
  });
}
