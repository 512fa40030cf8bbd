import { spawn, spawnSync } from "node:child_process";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { machineVariables } from "@rollout/infra/shared/machine-variables";
import { makeOwnFolder } from "@rollout/infra/shared/own-folder";
import { UsageError } from "../usage-error.ts";
import type { PreviewReport, SavedPlan, StackState } from "./preview-report.ts";

/** How a preview of the engine ended, and all that it printed. */
export interface PreviewRun {
  readonly status: number;
  readonly stderr: string;
  readonly interrupted: boolean;
  /** Secrets in it are `[secret]`. Absent when the engine ended before it planned anything. */
  readonly report: PreviewReport | undefined;
  /** With the secrets' new values in plain text. Absent when the preview failed. */
  readonly plan: SavedPlan | undefined;
  /** The state as it is, with the secrets' values in plain text. Absent when it cannot be read. */
  readonly state: StackState | undefined;
}

/**
 * Plans a rollout and reads the state at the same time. The engine hides secrets in its report, and gives them in its plan,
 * which it writes as a file: ours is a pipe with a name, so that no secret ever lies on the disk.
 *
 * @throws UsageError when `pulumi` or `mkfifo` cannot be run.
 */
export async function runPreview(
  checkout: string,
  stack: string,
  environment: NodeJS.ProcessEnv,
): Promise<PreviewRun> {
  const folder = makeOwnFolder();
  const pipe = join(folder, "plan");
  try {
    makePipe(pipe);
    const plan = readFile(pipe, "utf8");
    const run = (...words: readonly string[]): Promise<Ended> => pulumi(checkout, words, environment);
    const place = ["--stack", stack, "--non-interactive"];
    const [preview, exported] = await Promise.all([
      run("preview", ...place, "--json", "--show-secrets", "--save-plan", pipe).finally(() => release(pipe)),
      run("stack", "export", ...place, "--show-secrets"),
    ]);
    return {
      status: preview.status,
      stderr: preview.stderr,
      interrupted: preview.interrupted,
      report: parse(preview.stdout) as PreviewReport | undefined,
      plan: parse(await plan) as SavedPlan | undefined,
      state: exported.status === 0 ? (parse(exported.stdout) as StackState | undefined) : undefined,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makePipe(path: string): void {
  const { status, error, stderr } = spawnSync("mkfifo", ["-m", "600", path], {
    encoding: "utf8",
    env: machineVariables(process.env),
  });
  if (error) throw new UsageError(`mkfifo cannot be run, which POSIX systems have: ${error.message}`);
  if (status !== 0) throw new UsageError(stderr.trim());
}

/** An engine that ended without a plan never opened the pipe, and who reads it would wait for ever. */
function release(pipe: string): void {
  try {
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // It is not waited for: it was read to its end.
  }
}

function parse(text: string): unknown {
  return text.trim() === "" ? undefined : JSON.parse(text);
}

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly interrupted: boolean;
}

function pulumi(checkout: string, words: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn("pulumi", [...words], {
    cwd: checkout,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    // A terminal's Ctrl-C reaches the engine through us alone, once.
    detached: true,
  });
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    child.kill("SIGINT");
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => (texts[name] += chunk));
  return new Promise<Ended>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new UsageError(
          error.code === "ENOENT"
            ? "There is no pulumi on the PATH. Install it (https://www.pulumi.com/docs/install/), or try everything on this machine: bin/sandbox bin/rollout preview --stack staging"
            : `pulumi cannot be run: ${error.message}`,
        ),
      ),
    );
    child.once("close", (code) => resolve({ status: code ?? 1, interrupted, ...texts }));
  }).finally(() => {
    for (const signal of signals) process.off(signal, interrupt);
  });
}
