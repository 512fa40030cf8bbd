import { randomUUID } from "node:crypto";
import { open, readFile, rm, stat } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { homedir } from "node:os";
import { registryVariables } from "../../../registry-access.ts";
import type { ProcessKeeper } from "../../process-keeper.ts";

export interface RunRequest {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly rootfs: string;
  /** ARG and ENV of the stage. */
  readonly env: Readonly<Record<string, string>>;
  readonly progress: (line: string) => void;
  /** Ends it before its time. */
  readonly signal: AbortSignal;
}

/** Runs a RUN; resolves with what to say when it failed: the exit code and the last lines of its output. */
export type RunCommand = (request: RunRequest) => Promise<string | undefined>;

const limitMilliseconds = 600_000;
const lastLines = 20;

/** RUNs as processes of the clouds, so that a killed sandbox leaves none behind. Their output goes to `progress`. */
export function makeRunCommand(processes: ProcessKeeper, home: string): RunCommand {
  return async (request) => {
    const name = `fly-run-${randomUUID()}`;
    const log = processes.logFile(name);
    const kept = processes.start({
      name,
      command: request.command[0] ?? "/bin/sh",
      args: request.command.slice(1),
      cwd: request.cwd,
      env: buildEnvironment(request, home),
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
    await rm(log, { force: true });
    if (exit.code === 0) return undefined;
    const lines = text.trimEnd().split("\n").slice(-lastLines);
    const how = exit.signal === null ? `exit code: ${exit.code ?? "none"}` : `ended by ${exit.signal}`;
    return `process "${request.command.join(" ")}" did not complete successfully: ${how}\n${lines.join("\n")}`;
  };
}

/**
 * What a RUN sees: ARG and ENV, this machine's Node first on the PATH, and what npm needs to reach the registry that the
 * user's own npm reaches. Nothing else of the sandbox's environment, so no cloud's token.
 */
function buildEnvironment(request: RunRequest, home: string): Record<string, string> {
  const env: Record<string, string> = { HOME: home, ...registryVariables(process.env) };
  const cache = join(homedir(), ".npm");
  const userConfig = join(homedir(), ".npmrc");
  if (existsSync(cache)) env["npm_config_cache"] ??= cache;
  if (existsSync(userConfig)) env["npm_config_userconfig"] ??= userConfig;
  Object.assign(env, request.env);
  env["PATH"] = searchPath(request.env["PATH"] ?? "", request.rootfs);
  return env;
}

/** The image's PATH, its folders inside the image first where they exist, and this machine's Node before all. */
export function searchPath(path: string, rootfs: string): string {
  const entries = path.split(":").filter((entry) => entry !== "");
  const inside = entries.map((entry) => join(rootfs, entry)).filter((entry) => existsSync(entry));
  return [...inside, dirname(process.execPath), ...entries].join(":");
}

/** Hands on the lines that are appended to a file, until it is told to finish. */
function followFile(file: string, line: (text: string) => void): { finish(): Promise<void> } {
  let offset = 0;
  let rest = "";
  const read = async (): Promise<void> => {
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size <= offset) return;
    const handle = await open(file, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - offset), 0, size - offset, offset);
      offset += bytesRead;
      const lines = (rest + buffer.toString("utf8", 0, bytesRead)).split("\n");
      rest = lines.pop() ?? "";
      for (const each of lines) line(each);
    } finally {
      await handle.close();
    }
  };
  let reading: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    reading = reading.then(read, read);
  }, 300);
  return {
    finish: async () => {
      clearInterval(timer);
      await reading.then(read, read);
      if (rest !== "") line(rest);
    },
  };
}
