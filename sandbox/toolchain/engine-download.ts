import { spawn } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { engineVersion } from "./engine-version.ts";
import type { Progress } from "./progress.ts";

const script = "https://get.pulumi.com/install.sh";
const answerLimitMilliseconds = 5000;
const downloadLimitMilliseconds = 10 * 60_000;

// The installer of the Automation API runs as a process of its own, so that it can be ended when it hangs.
const installer = `
const { PulumiCommand } = require("@pulumi/pulumi/automation");
const { SemVer } = require("semver");
PulumiCommand.install({ version: new SemVer(process.argv[2]), root: process.argv[1] }).then(
  () => process.exit(0),
  (error) => { console.error(error.message); process.exit(1); },
);`;

/**
 * Puts the official engine with its language hosts into `folder`.
 *
 * @returns why there is no download, or nothing when there is one.
 */
export async function downloadEngine(
  checkout: string,
  folder: string,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<string | undefined> {
  try {
    const response = await fetch(script, {
      method: "HEAD",
      signal: AbortSignal.timeout(answerLimitMilliseconds),
    });
    if (!response.ok) return `${script} answers ${String(response.status)}`;
  } catch {
    return `get.pulumi.com does not answer`;
  }
  const next = `${folder}.next`;
  rmSync(next, { recursive: true, force: true });
  try {
    const failure = await progress.during(
      () => "downloading",
      () => install(checkout, next, environment),
    );
    if (failure !== undefined) return failure;
    if (!existsSync(join(next, "bin", "pulumi"))) return "the installer left no pulumi behind";
    rmSync(folder, { recursive: true, force: true });
    renameSync(next, folder);
    return undefined;
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

function install(
  checkout: string,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["-e", installer, folder, engineVersion], {
      cwd: checkout,
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    let last = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      last = text.trim().split("\n").at(-1) ?? last;
    });
    const timer = setTimeout(() => {
      if (child.pid) process.kill(-child.pid, "SIGKILL");
    }, downloadLimitMilliseconds);
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? undefined : `the official installer failed: ${last}`);
    });
  });
}
