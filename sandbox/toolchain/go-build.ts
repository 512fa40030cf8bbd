import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { UserError } from "../user-error.ts";
import type { Progress } from "./progress.ts";

// Readonly: what is built is what the committed go.mod and go.sum name, checked against the checksum database.
const reproducible = ["-mod=readonly", "-trimpath", "-buildvcs=false"];
const downloadLimitMilliseconds = 15 * 60_000;
const buildLimitMilliseconds = 60 * 60_000;
const keptErrorLines = 15;

/** Programs that are built from Go modules. */
export interface GoPrograms {
  /** For messages: `the Pulumi engine`. */
  readonly what: string;
  /** What a user does who cannot build: `put a pulumi 3.1.0 on the PATH`. */
  readonly otherwise: string;
  /** Folder of go.mod and go.sum. */
  readonly folder: string;
  /** Paths of the commands' packages. */
  readonly packages: readonly string[];
  /** The file to write; for several packages, the folder. */
  readonly target: string;
  /** Variables that the linker sets, by name. */
  readonly variables: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
}

/** Whether there is a Go to build with; gives its version as `go version` prints it. */
export async function findGo(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("go", ["version"], { env: environment, timeout: 30_000 });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** Downloads the modules that go.mod names, each checked against go.sum; gives where the wanted ones are, by their paths. */
export async function downloadModules(
  programs: GoPrograms,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<ReadonlyMap<string, string>> {
  let modules = 0;
  const listed = await progress.during(
    () => `downloading Go modules: ${String(modules)}`,
    () =>
      runGo(programs, ["mod", "download", "-json"], environment, downloadLimitMilliseconds, (line) => {
        if (line.includes('"GoModSum"')) modules += 1;
      }),
  );
  const found = listed.split(/^(?=\{)/m).map((text) => JSON.parse(text) as { Path: string; Dir?: string });
  return new Map(found.map(({ Path: path, Dir: folder }) => [path, folder ?? ""]));
}

/** Builds programs from modules that were downloaded. */
export async function buildPrograms(
  programs: GoPrograms,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  const { packages, target, variables, tags = [] } = programs;
  const flags = [...reproducible, ...(tags.length > 0 ? [`-tags=${tags.join(",")}`] : [])];
  const run = (args: readonly string[], limit: number, onLine: (line: string) => void): Promise<string> =>
    runGo(programs, args, environment, limit, onLine);

  // Standard library and modules alike: what `go build -v` names is counted against this.
  const stale = await progress.during(
    () => "finding out what must be compiled",
    () =>
      run(
        ["list", ...flags, "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", ...packages],
        downloadLimitMilliseconds,
        () => undefined,
      ),
  );
  const total = stale.split("\n").filter((line) => line !== "").length;
  let compiled = 0;
  const linked = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
  await progress.during(
    () => `compiling: ${String(Math.min(compiled, total))} of ${String(total)} packages`,
    () =>
      run(
        ["build", "-v", ...flags, "-ldflags", ["-s -w", ...linked].join(" "), "-o", target, ...packages],
        buildLimitMilliseconds,
        (line) => {
          if (!/[\s:]/.test(line)) compiled += 1;
        },
      ),
  );
}

/** Runs one Go command; gives its stdout, or throws with the last lines that it printed. */
function runGo(
  { folder, what, otherwise }: GoPrograms,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  limitMilliseconds: number,
  onLine: (line: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // A go.work of the user's above the checkout would choose other modules.
    const env = { ...environment, GOWORK: "off" };
    const child = spawn("go", args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), limitMilliseconds);
    let output = "";
    const last: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        onLine(line);
        if (stream === child.stderr && last.push(line) > keptErrorLines) last.shift();
      });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) {
        resolve(output);
        return;
      }
      reject(
        new UserError(
          [
            `Building ${what} failed: go ${String(args[0])} ended with ${signal ?? String(code)}.`,
            ...last.map((line) => `  ${line}`),
            `Fix that, or ${otherwise}, and run the command again.`,
          ].join("\n"),
        ),
      );
    });
  });
}
