import { spawn } from "node:child_process";
import type { Check, Finding } from "../../stacks/doctor/check.ts";
import { fails, holds, unknown } from "../../stacks/doctor/check.ts";
import type { Session } from "../command.ts";
import { brokenStateAdvice } from "../engine/broken-state.ts";

const limitMilliseconds = 30_000;

interface Ended {
  readonly status: number | null;
  /** Never shown: with the outputs it holds their secrets. */
  readonly printed: string;
  readonly complaint: string;
}

/** Where the stack's state isProcessAlive, and what encrypts the secrets in it. */
export function stateChecks({ checkout, environment }: Session, stack: string): readonly Check[] {
  const look = async (): Promise<Finding> => {
    const { status, printed, complaint } = await readOutputs(checkout, environment, stack);
    if (status === 0)
      return /^\s*\{\s*\}\s*$/.test(printed)
        ? unknown(
            "the state is reachable and has no outputs yet; the first rollout shows whether its secrets can be read",
          )
        : holds("the state is reachable, and its secrets can be read");
    const [reason = "pulumi gives no reason"] = complaint
      .split("\n")
      .map((line) => line.replace(/^error: /, "").trim())
      .filter(Boolean);
    return fails(reason, fixOf(complaint, stack, environment));
  };
  return [{ name: "state", look }];
}

/** What helps, by the engine's own words. */
function fixOf(complaint: string, stack: string, environment: NodeJS.ProcessEnv): string {
  const broken = brokenStateAdvice(stack, complaint, environment);
  if (broken !== undefined) return broken;
  if (/passphrase/i.test(complaint))
    return "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the stack's passphrase";
  if (/no stack named|stack .* not found/i.test(complaint)) return `pulumi stack init ${stack}`;
  return "pulumi login (README.md, To the real clouds), and the credentials of the backend in the environment";
}

/** Decrypts the outputs: one command that requires the backend, the stack and its secrets provider, and writes nothing. */
async function readOutputs(checkout: string, environment: NodeJS.ProcessEnv, stack: string): Promise<Ended> {
  const child = spawn(
    "pulumi",
    ["stack", "output", "--stack", stack, "--json", "--show-secrets", "--non-interactive"],
    {
      cwd: checkout,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: limitMilliseconds,
      killSignal: "SIGKILL",
    },
  );
  let printed = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (printed += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new Error("pulumi is not on the PATH") : error),
    );
    child.once("close", resolve);
  });
  if (status === null)
    throw new Error(`pulumi stack output did not end within ${String(limitMilliseconds / 1000)} s`);
  return { status, printed, complaint };
}
