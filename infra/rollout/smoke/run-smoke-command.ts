import { delimiter, dirname } from "node:path";
import { redactor } from "../../shared/redact.ts";
import { machineVariables } from "../../shared/machine-variables.ts";
import type { GroupEnd } from "../../shared/run-in-group.ts";
import { runInGroup } from "../../shared/run-in-group.ts";
import { say } from "../../shared/say.ts";
import type { SmokeCheck, SmokeResult } from "./smoke-result.ts";
import { expectedLine, isResultLine, parseResult } from "./smoke-result.ts";

/** The application's own smoke test. */
export interface SmokeCommand {
  /** A command of the shell, run in the project's folder. */
  readonly command: string;
  /** Limit in seconds, after which the command and all that it started are killed. */
  readonly limitSeconds: number;
}

/** What a smoke test is given. */
export interface SmokeTarget {
  /** Address of the web application, without a path. */
  readonly apiUrl: string;
  /** Secret. */
  readonly databaseUrl: string;
  /** Secret. */
  readonly apiKey: string;
  /** Secret; absent or empty when the deployment is open. Passes Vercel's deployment protection. */
  readonly protectionBypass?: string;
}

export interface SmokeRun extends SmokeCommand, SmokeTarget {
  /** The project's folder. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/** What a smoke test that passed found. */
export interface PassedSmokeTest {
  readonly summary: string;
  readonly milliseconds: number;
  readonly checks: readonly SmokeCheck[];
}

/** How many lines of what the command printed last are part of a message, and how long they are together. */
const lastLines = 15;
const longest = 2_000;
/** More results than any test prints by mistake. */
const mostResults = 10;

/**
 * Runs the application's smoke test. Proof is one thing alone: the command ends with 0 and has printed exactly one result, by
 * which every check passed.
 *
 * @throws Error that names the check that failed, or what the command did instead. Without a secret of the target.
 */
export async function runSmokeCommand(run: SmokeRun): Promise<PassedSmokeTest> {
  const { command, limitSeconds, folder, signal } = run;
  const clean = redactor([run.databaseUrl, run.apiKey, run.protectionBypass ?? ""]);
  const results: string[] = [];
  const printed: string[] = [];
  const started = Date.now();
  const end = await runInGroup(command, {
    folder,
    environment: smokeVariables(run),
    limitMilliseconds: limitSeconds * 1000,
    signal,
    onLine: (stream, line) => {
      if (stream === "stdout" && isResultLine(line)) {
        if (results.length < mostResults) results.push(line);
        return;
      }
      const cleaned = clean(line).slice(0, longest);
      if (cleaned.trim() === "") return;
      printed.push(cleaned);
      if (printed.length > lastLines) printed.shift();
      if (stream === "stderr") say(cleaned);
    },
  });
  const milliseconds = Date.now() - started;
  const result = parseResult(results);
  const fail = (reason: string): Error => new Error(clean(`smoke test${reason}`));
  if (!("fault" in result) && !result.passed) throw fail(failedChecks(result));
  if (end === 0 && !("fault" in result)) {
    const checks = result.checks.map(({ name, passed, seconds }) => ({ name: clean(name), passed, seconds }));
    return { summary: clean(summaryOf(result)), milliseconds, checks };
  }
  const last = printed.length === 0 ? "" : `. It printed last:\n${printed.join("\n").slice(-longest)}`;
  throw fail(`: \`${command}\` ${whatItDid(end, result, limitSeconds)}${last}`);
}

/**
 * All that the command can see: how to reach the network, addresses and keys of the environment, and no token of a cloud.
 */
function smokeVariables(target: SmokeTarget): Readonly<Record<string, string>> {
  const machine = machineVariables(process.env);
  return {
    ...machine,
    // The Node that runs this is new enough; the first one on the PATH may not be.
    PATH: [dirname(process.execPath), machine["PATH"]].filter(Boolean).join(delimiter),
    SMOKE_TEST_API_URL: target.apiUrl,
    SMOKE_TEST_DATABASE_URL: target.databaseUrl,
    SMOKE_TEST_API_KEY: target.apiKey,
    SMOKE_TEST_PROTECTION_BYPASS: target.protectionBypass ?? "",
  };
}

function failedChecks({ checks }: SmokeResult): string {
  const failed = checks.filter((check) => !check.passed);
  const texts = failed.map(({ name, detail }) => `${name}: ${(detail ?? "failed").slice(0, longest)}`);
  return `, ${texts.join("; ")}`;
}

function summaryOf({ summary, checks }: SmokeResult): string {
  const count = `${String(checks.length)} ${checks.length === 1 ? "check" : "checks"}`;
  // A status on GitHub has 140 characters for it, the time and more.
  return (summary ?? count).replaceAll(/\s+/g, " ").slice(0, 70);
}

function whatItDid(
  end: GroupEnd,
  result: SmokeResult | { readonly fault: string },
  limitSeconds: number,
): string {
  if (end === "killed at its limit") return `did not end within ${String(limitSeconds)} s and was killed`;
  if (!("fault" in result)) return `ended with ${String(end)} after a result that passed; expected 0`;
  return `ended with ${String(end)} and printed ${result.fault}; expected one line ${expectedLine} on its standard output`;
}
