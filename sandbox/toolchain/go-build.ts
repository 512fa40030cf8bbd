import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { UserError } from "../user-error.ts";
import { engineVersion } from "./engine-version.ts";
import type { Progress } from "./progress.ts";

const packagePath = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
// Readonly: what is built is what the committed go.mod and go.sum name, checked against the checksum database.
const reproducible = ["-mod=readonly", "-trimpath", "-buildvcs=false"];
const downloadLimitMilliseconds = 15 * 60_000;
const buildLimitMilliseconds = 60 * 60_000;
const keptErrorLines = 15;

/** Whether there is a Go to build with; gives its version as `go version` prints it. */
export async function findGo(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("go", ["version"], { env: environment, timeout: 30_000 });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** Builds the engine from the modules that `folder`/go.mod names into the file `target`. */
export async function buildEngine(
  folder: string,
  target: string,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  const run = (args: readonly string[], limit: number, onLine: (line: string) => void): Promise<string> =>
    runGo(folder, args, environment, limit, onLine);

  let modules = 0;
  await progress.during(
    () => `downloading Go modules: ${String(modules)}`,
    () =>
      run(["mod", "download", "-json"], downloadLimitMilliseconds, (line) => {
        if (line.includes('"GoModSum"')) modules += 1;
      }),
  );
  // Standard library and modules alike: what `go build -v` names is counted against this.
  const stale = await progress.during(
    () => "finding out what must be compiled",
    () =>
      run(
        ["list", ...reproducible, "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", packagePath],
        downloadLimitMilliseconds,
        () => undefined,
      ),
  );
  const total = stale.split("\n").filter((line) => line !== "").length;
  let compiled = 0;
  await progress.during(
    () => `compiling: ${String(Math.min(compiled, total))} of ${String(total)} packages`,
    () =>
      run(
        [
          "build",
          "-v",
          ...reproducible,
          "-ldflags",
          `-s -w -X ${versionVariable}=v${engineVersion}`,
          "-o",
          target,
          packagePath,
        ],
        buildLimitMilliseconds,
        (line) => {
          if (!/[\s:]/.test(line)) compiled += 1;
        },
      ),
  );
}

/** Runs one Go command; gives its stdout, or throws with the last lines that it printed. */
function runGo(
  folder: string,
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
            `Building the Pulumi engine failed: go ${String(args[0])} ended with ${signal ?? String(code)}.`,
            ...last.map((line) => `  ${line}`),
            `Fix that, or put a pulumi ${engineVersion} on the PATH, and run the command again.`,
          ].join("\n"),
        ),
      );
    });
  });
}
