import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { apart } from "../../shared/apart.ts";
import { machineVariables } from "../../shared/machine-variables.ts";

/** One part of a release, running on this machine. */
export interface ReleaseProcess {
  readonly part: string;
  /** Where it answers, without a trailing slash; nothing as long as it does not. */
  address(): string | undefined;
  /** How it ended and what it printed last; nothing as long as it runs. */
  ended(): string | undefined;
  /** What it asked of the database that is not there or not allowed, each once. */
  schemaFaults(): readonly string[];
  /** Ends it, with what it has under way. */
  end(): Promise<void>;
}

const launcher = join(__dirname, "run-bundle.mjs");

/** After this long one that does not end on its own is killed, in milliseconds. */
const endLimit = 3_000;
/** How many lines of a log are kept. */
const longestLog = 2_000;

/** Starts a bundle; it ends with the process that started it. */
export function startRelease(
  part: string,
  bundle: string,
  variables: Readonly<Record<string, string>>,
): ReleaseProcess {
  const [program, ...words] = apart(process.execPath, [launcher, bundle]);
  const child = spawn(program, words, {
    env: { ...machineVariables(process.env), ...variables, HOST: "127.0.0.1", PORT: "0" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (lines.length > longestLog) lines.splice(0, lines.length - longestLog);
    });
  let port: number | undefined;
  let end: string | undefined;
  const closed = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      end = error.message;
      resolve();
    });
    child.once("close", (status, signal) => {
      end ??= `status ${String(status ?? signal)}: ${lastWords(lines)}`;
      resolve();
    });
  });
  return {
    part,
    address: () => {
      port ??= portIn(lines);
      return port === undefined ? undefined : `http://127.0.0.1:${String(port)}`;
    },
    ended: () => end,
    schemaFaults: () =>
      [...new Set(lines.flatMap(schemaFault))].map((fault) => `the ${part} logged ${fault}`),
    end: async () => {
      child.stdin.end();
      const kill = setTimeout(() => child.kill("SIGKILL"), endLimit);
      await closed;
      clearTimeout(kill);
    },
  };
}

interface LoggedError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: LoggedError;
}

/** A line of any logger that writes JSON: what happened is `event` or `msg`, an error `error` or `err`. */
interface Logged {
  readonly event?: unknown;
  readonly msg?: unknown;
  readonly port?: unknown;
  readonly error?: LoggedError;
  readonly err?: LoggedError;
}

/** Lines that are no JSON are another user's. */
function parse(line: string): Logged {
  try {
    return (JSON.parse(line) as Logged | null) ?? {};
  } catch {
    return {};
  }
}

function portIn(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const { port } = parse(line);
    if (typeof port === "number" && port > 0) return port;
  }
  return undefined;
}

/** PostgreSQL's class 42: a name that is not there, a type that does not fit, a right that is missing. */
function schemaFault(line: string): readonly string[] {
  const { event, msg, error, err } = parse(line);
  const [what = "an error"] = [event, msg].filter((each) => typeof each === "string");
  for (let at = error ?? err; at; at = at.cause)
    if (typeof at.code === "string" && /^42[0-9A-Z]{3}$/.test(at.code))
      return [`${what}: ${String(at.message)}`];
  return [];
}

/** Of a crash the message of the error, else the last line as it is. */
function lastWords(lines: readonly string[]): string {
  const last = lines.at(-1) ?? "it printed nothing";
  const { error, err } = parse(last);
  const { message } = error ?? err ?? {};
  return typeof message === "string" ? message : last.slice(0, 300);
}
