import { spawnSync } from "node:child_process";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { requireKnownStack } from "../known-stack.ts";
import { UsageError } from "../usage-error.ts";
import { up } from "./up.ts";

/** Secrets that the stack makes by itself, by the setting that counts how often each was made anew. */
const versions: Readonly<Record<string, { readonly setting: string; readonly what: string }>> = {
  "database-password": {
    setting: "atlaris:neon.passwordVersion",
    what: "password of the role that owns the database",
  },
  "application-password": {
    setting: "atlaris:neon.applicationPasswordVersion",
    what: "password of the role that web and workers log in by",
  },
  "smoke-test-key": { setting: "atlaris:smoke.keyVersion", what: "key of the smoke test for the API" },
  "protection-bypass": {
    setting: "atlaris:vercel.bypassVersion",
    what: "secret that passes Vercel's deployment protection",
  },
};

const names = Object.keys(versions);
const width = Math.max(...names.map((name) => name.length)) + 2;

const help = `bin/rollout rotate SECRET --stack STACK [--json]

Makes a secret anew and rolls it out to all who need it: database, workers, web, GitHub. It counts the secret's version
up in the stack file, which wants a commit, and then does what bin/rollout up does.

${Object.entries(versions)
  .map(([name, { what }]) => `  ${name.padEnd(width)}${what}`)
  .join("\n")}

Tokens and keys that others give you are rotated where they come from; with the new one in the environment,
bin/rollout up brings it to all who need it. docs/secrets.md lists every secret.

  bin/sandbox bin/rollout rotate smoke-test-key --stack staging   try it on this machine, without an account
  bin/rollout rotate database-password --stack staging            in the real clouds

Exit status: as of bin/rollout up.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const [name = "", ...rest] = words;
  const secret = Object.hasOwn(versions, name) ? versions[name] : undefined;
  if (!secret) {
    const problem =
      name === "" || name.startsWith("-") ? "wants to know which secret" : `knows no secret ${name}`;
    throw new UsageError(`bin/rollout rotate ${problem}. There is: ${names.join(", ")}`);
  }
  const options = readOptions("rotate", rest, {
    stack: { type: "string", short: "s" },
    json: { type: "boolean" },
  });
  const stack = requireStack("rotate", options.stack);
  requireKnownStack(session.checkout, `rotate ${name}`, stack);
  const next = String(Number(readVersion(session, stack, secret.setting)) + 1);
  pulumi(session, ["config", "set", "--stack", stack, "--path", secret.setting, next, "--type", "string"]);
  if (!options.json)
    session.err.write(`${secret.setting} is ${next} now; commit that with the stack file.\n`);
  return up.run(session, ["--stack", stack, ...(options.json ? ["--json"] : [])]);
}

/** The version that stands in the stack file; a secret that was never rotated has the first. */
function readVersion(session: Session, stack: string, setting: string): string {
  const [group = "", key = ""] = setting.split(".");
  const config = JSON.parse(pulumi(session, ["config", "--stack", stack, "--json"])) as Readonly<
    Record<string, { readonly value?: string; readonly objectValue?: Readonly<Record<string, unknown>> }>
  >;
  const version = config[group]?.objectValue?.[key];
  const text = typeof version === "string" || typeof version === "number" ? String(version) : "1";
  if (!/^\d+$/.test(text))
    throw new UsageError(
      `${setting} is ${text} in the settings of ${stack}, and only a number can be counted up: pulumi config set --stack ${stack} --path '${setting}' VALUE`,
    );
  return text;
}

function pulumi({ checkout, environment }: Session, words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync("pulumi", [...words, "--non-interactive"], {
    cwd: checkout,
    env: environment,
    encoding: "utf8",
    timeout: 60_000,
  });
  if (error) throw new UsageError(`pulumi cannot be run: ${error.message}`);
  if (status !== 0) throw new UsageError(stderr.replaceAll(/^error: /gm, "").trim());
  return stdout;
}

export const rotate: Command = { summary: "makes a secret anew and rolls it out", help, run };
