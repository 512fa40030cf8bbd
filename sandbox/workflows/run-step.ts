import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { endTree } from "./stop-tree.ts";

/** How one `run` step is started. */
export interface StartedStep {
  readonly script: string;
  /** `bash` or nothing; a shell's own options are those that GitHub gives it. */
  readonly shell: string | undefined;
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly limitMilliseconds: number;
  /** Called with what the step prints, as it comes. */
  readonly onOutput: (text: string) => void;
  /** Ends the step and what it started: at once for the reason `lost`, else by SIGINT. */
  readonly signal?: AbortSignal | undefined;
}

export interface EndedStep {
  /** Nothing where a signal, or the limit, ended it. */
  readonly status: number | null;
  readonly output: string;
}

const shells: Readonly<Record<string, readonly string[]>> = {
  "": ["bash", "-e"],
  bash: ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
};

/** Runs a step's script as a runner does: from a file, by bash, until its first command that fails. */
export function runScript(step: StartedStep, file: string): Promise<EndedStep> {
  const [program, ...options] = shells[step.shell ?? ""] ?? [];
  if (program === undefined)
    return Promise.resolve({ status: 2, output: `the shell ${step.shell ?? ""} is not known here\n` });
  writeFileSync(file, step.script);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...options, file], {
      cwd: step.folder,
      env: step.environment,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: step.limitMilliseconds,
      // A group of its own, so that a signal reaches what the script has started.
      detached: step.signal !== undefined,
    });
    const end = (): void => {
      if (child.pid === undefined) return;
      if (step.signal?.reason === "lost") endTree(child.pid);
      else process.kill(-child.pid, "SIGINT");
    };
    if (step.signal?.aborted) end();
    else step.signal?.addEventListener("abort", end, { once: true });
    let output = "";
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      step.onOutput(chunk.toString());
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("error", reject);
    child.once("close", (status) => {
      step.signal?.removeEventListener("abort", end);
      resolve({ status, output });
    });
  });
}

/** The files through which steps of one job exchange values, and what was reported. */
export class JobFiles {
  readonly #folder: string;
  #steps = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  get summary(): string {
    const file = join(this.#folder, "summary");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** What the next step is given: the script's own file, and the variables that name the others. */
  next(): { readonly script: string; readonly variables: Readonly<Record<string, string>> } {
    this.#steps += 1;
    const file = (name: string): string => {
      const path = join(this.#folder, name);
      appendFileSync(path, "");
      return path;
    };
    return {
      script: join(this.#folder, `step-${this.#steps}.sh`),
      variables: {
        RUNNER_TEMP: this.#folder,
        GITHUB_ENV: file("env"),
        GITHUB_PATH: file("path"),
        GITHUB_STEP_SUMMARY: file("summary"),
        GITHUB_OUTPUT: file(`output-${this.#steps}`),
      },
    };
  }

  /** What the last step reported on its own. */
  outputs(): Readonly<Record<string, string>> {
    return this.#pairs(`output-${this.#steps}`);
  }

  /** What the steps so far have put into the environment of those after them. */
  environment(path: string): Readonly<Record<string, string>> {
    const folders = this.#lines("path").reverse();
    const found = folders.length > 0 ? { PATH: [...folders, path].join(delimiter) } : {};
    return { ...this.#pairs("env"), ...found };
  }

  #lines(name: string): string[] {
    const file = join(this.#folder, name);
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  }

  /** `name=value`, and `name<<END`, whose value goes on to the line END. */
  #pairs(name: string): Readonly<Record<string, string>> {
    const pairs: Record<string, string> = {};
    const lines = this.#lines(name);
    for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
      const [, key = "", end] = /^([^=<]+)<<(.+)$/.exec(line) ?? [];
      if (end === undefined) {
        const at = line.indexOf("=");
        pairs[line.slice(0, at)] = line.slice(at + 1);
      } else {
        const until = lines.indexOf(end);
        pairs[key] = lines
          .splice(0, until === -1 ? lines.length : until + 1)
          .slice(0, -1)
          .join("\n");
      }
    }
    return pairs;
  }
}
