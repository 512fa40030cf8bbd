import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb.js";
import { parseProgramOptions } from "./program-options.ts";

/** What the engine is reported when a program has ended. */
export interface ProgramEnd {
  /** Empty when it ended well. */
  readonly error: string;
  /** The program has already reported what is wrong; the engine adds nothing. */
  readonly bail: boolean;
}

/** A program that runs. */
export interface RunningProgram {
  readonly ended: Promise<ProgramEnd>;
  /** Interrupts it, and kills it when it has not ended five seconds later. */
  interrupt(): void;
  kill(): void;
}

/** `@pulumi/pulumi/cmd/run` exits with this when it has shown the error itself. */
const exitedAfterMessage = 32;
const killAfterMilliseconds = 5000;

/**
 * Starts a program under `@pulumi/pulumi/cmd/run` of its own packages. Unlike the original host there is no proxy
 * between program and engine: it was for synchronous calls, and the SDK that this project pins makes none.
 */
export function runProgram(request: RunRequest, engineAddress: string): RunningProgram {
  const info = request.getInfo();
  if (!info) throw new Error("the engine sent no program information");
  const directory = info.getProgramDirectory();
  const options = parseProgramOptions(info.getOptions()?.toJavaScript() ?? {});
  const flags: [string, string][] = [
    ["monitor", request.getMonitorAddress()],
    ["engine", engineAddress],
    ["organization", request.getOrganization()],
    ["project", request.getProject()],
    ["root-directory", info.getRootDirectory()],
    ["stack", request.getStack()],
    ["pwd", directory],
  ];
  const child = spawn(
    process.execPath,
    [
      ...options.nodeArguments,
      findRunner(directory),
      ...flags.flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      "--parallel",
      String(request.getParallel()),
      info.getEntryPoint(),
      ...request.getArgsList(),
    ],
    { stdio: ["ignore", "inherit", "inherit"], env: programEnvironment(request, options) },
  );
  return { ended: endOf(child), interrupt: () => interrupt(child), kill: () => void child.kill("SIGKILL") };
}

function findRunner(directory: string): string {
  try {
    return createRequire(join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error("It looks like the Pulumi SDK has not been installed. Have you run pulumi install?", {
      cause: error,
    });
  }
}

function programEnvironment(
  request: RunRequest,
  options: ReturnType<typeof parseProgramOptions>,
): NodeJS.ProcessEnv {
  const config: Record<string, string> = {};
  // The SDK still expects the old form of a key, namespace:config:name.
  for (const [key, value] of request.getConfigMap().entries())
    config[key.replace(/^([^:]+):(?:config:)?(.+)$/, "$1:config:$2")] = value;
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  if (options.typescript) environment["PULUMI_NODEJS_TYPESCRIPT"] = "true";
  if (options.tsconfig) environment["PULUMI_NODEJS_TSCONFIG_PATH"] = options.tsconfig;
  return environment;
}

function interrupt(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGKILL"), killAfterMilliseconds).unref();
}

function endOf(child: ChildProcess): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.once("error", (error) =>
      resolve({
        error: `Problem executing program (could not run language executor): ${error.message}`,
        bail: false,
      }),
    );
    child.once("exit", (code, signal) => {
      if (code === 0) resolve({ error: "", bail: false });
      else if (code === exitedAfterMessage) resolve({ error: "", bail: true });
      else if (signal) resolve({ error: `Program was ended by ${signal}`, bail: false });
      else resolve({ error: `Program exited with non-zero exit code: ${String(code)}`, bail: false });
    });
  });
}
