import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type { Operation, ResourceType } from "../kit/resource-type.ts";
import type { Properties } from "../kit/values.ts";

const defaultInterpreter = ["/bin/sh", "-c"];
const loggings = ["stdout", "stderr", "stdoutAndStderr", "none"];

/**
 * `command:local:Command` as @pulumi/command 1.2.1 documents and behaves: a changed trigger replaces, any other
 * changed input runs `update`, or `create` where there is none. `assetPaths` and `archivePaths` are left out, and
 * refused.
 */
export const localCommand: ResourceType = {
  inputs: {
    create: { type: "string" },
    update: { type: "string" },
    delete: { type: "string" },
    triggers: { type: "list", replaces: true },
    environment: { type: "map" },
    stdin: { type: "string" },
    dir: { type: "string" },
    interpreter: { type: "strings" },
    logging: { type: "string" },
    addPreviousOutputInEnv: { type: "boolean" },
  },
  outputs: { stdout: false, stderr: false },
  spreadsSecrets: true,
  check: ({ values }) => {
    const logging = values["logging"];
    const known = logging === undefined || loggings.some((each) => each === logging);
    return known ? [] : [{ property: "logging", reason: `must be one of ${loggings.join(", ")}` }];
  },
  create: async (inputs, operation) => ({
    id: `${operation.name}${randomBytes(4).toString("hex")}`,
    outputs: await run(inputs["create"], inputs, {}, operation),
  }),
  update: (_id, state, inputs, operation) =>
    run(inputs["update"] ?? inputs["create"], inputs, state, operation),
  delete: async (_id, state, operation) => {
    await run(state["delete"], state, state, operation);
  },
};

/** Runs one command line; gives its output, or what the command before it had given when there is none to run. */
async function run(
  command: unknown,
  inputs: Properties,
  previous: Properties,
  operation: Operation,
): Promise<Properties> {
  const before = { stdout: textOf(previous["stdout"]), stderr: textOf(previous["stderr"]) };
  if (typeof command !== "string") return before;
  const interpreter = (inputs["interpreter"] as readonly string[] | undefined) ?? [];
  const [program = "", ...args] = interpreter.length > 0 ? interpreter : defaultInterpreter;
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries((inputs["environment"] as Properties | undefined) ?? {}))
    environment[name] = textOf(value);
  if (inputs["addPreviousOutputInEnv"] !== false) {
    if (before.stdout) environment["PULUMI_COMMAND_STDOUT"] = before.stdout;
    if (before.stderr) environment["PULUMI_COMMAND_STDERR"] = before.stderr;
  }

  const child = spawn(program, [...args, command], {
    cwd: textOf(inputs["dir"]) || process.cwd(),
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own, so that what the command started ends with it.
    detached: true,
  });
  const end = (): void => {
    try {
      if (child.pid) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended on its own.
    }
  };
  operation.signal.addEventListener("abort", end, { once: true });
  if (operation.signal.aborted) end();

  const logged = inputs["logging"] ?? "stdoutAndStderr";
  const shown = new PassThrough();
  createInterface({ input: shown }).on("line", (line) => operation.log(line));
  const output = { stdout: "", stderr: "", both: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
      output.both += text;
      if (logged === stream || logged === "stdoutAndStderr") shown.write(text);
    });
  }
  // A command that does not read its input is no failure.
  child.stdin.on("error", () => undefined).end(textOf(inputs["stdin"]));

  const failure = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) =>
      resolve(
        signal ? `signal: ${signalWord(signal)}` : code === 0 ? undefined : `exit status ${String(code)}`,
      ),
    );
  });
  operation.signal.removeEventListener("abort", end);
  shown.end();
  if (failure !== undefined)
    throw new Error(`${failure}: running ${JSON.stringify(command)}:\n${output.both}`);
  return { stdout: output.stdout.replace(/\n$/, ""), stderr: output.stderr.replace(/\n$/, "") };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

/** The words of Go, which the real plugin prints. */
function signalWord(signal: NodeJS.Signals): string {
  return { SIGKILL: "killed", SIGTERM: "terminated", SIGINT: "interrupt" }[signal as string] ?? signal;
}
