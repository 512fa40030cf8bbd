import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gitVariables } from "@rollout/infra/shared/machine-variables";
import { freezeText } from "@rollout/infra/rollout/records/freeze";
import { liveOf } from "@rollout/infra/rollout/records/attempts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import type { Recorded } from "../history/recorded.ts";
import { readRecorded } from "../history/recorded.ts";
import { shortRelease } from "../history/table.ts";
import { rotatedFileVariable } from "../../stacks/release/release.ts";
import { requireKnownStack } from "../known-stack.ts";
import { rollOut } from "../roll-out.ts";
import { sessionAtRelease } from "../rollback/session-at-release.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

/** Secrets that the stack makes, by the setting that counts how often each was replaced. */
const versions: Readonly<Record<string, { readonly setting: string; readonly what: string }>> = {
  "database-password": {
    setting: "rollout:neon.passwordVersion",
    what: "password of the role that owns the database",
  },
  "application-password": {
    setting: "rollout:neon.applicationPasswordVersion",
    what: "password of the role that web and workers log in by",
  },
  "smoke-test-key": { setting: "rollout:smoke.keyVersion", what: "key of the smoke test for the API" },
  "protection-bypass": {
    setting: "rollout:vercel.bypassVersion",
    what: "secret that passes Vercel's deployment protection",
  },
};

const names = Object.keys(versions);
const width = Math.max(...names.map((name) => name.length)) + 2;

const help = `bin/rollout rotate SECRET --stack STACK [--json]

Replaces a secret and rolls it out to all who need it: database, workers, web, GitHub. The release that is live stays, also
where the checkout is another one or a rollback came before; the stack file's other settings apply. It counts the secret's
version up in the stack file, which is to be committed. A refused rotation leaves the version as it was.

${Object.entries(versions)
  .map(([name, { what }]) => `  ${name.padEnd(width)}${what}`)
  .join("\n")}

Tokens and keys that others give you are rotated where they come from; with the new one in the environment,
bin/rollout up brings it to all who need it. docs/secrets.md lists every secret.

  bin/sandbox bin/rollout rotate smoke-test-key --stack staging   try it on this machine, without an account
  bin/rollout rotate database-password --stack staging            in the real clouds

Exit status: as of bin/rollout up. 3 also where the environment is frozen.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const [name = "", ...rest] = words;
  const secret = Object.hasOwn(versions, name) ? versions[name] : undefined;
  if (!secret) {
    const problem = name === "" || name.startsWith("-") ? "requires which secret" : `knows no secret ${name}`;
    throw new UsageError(`bin/rollout rotate ${problem}. There is: ${names.join(", ")}`);
  }
  const options = readOptions("rotate", rest, {
    stack: { type: "string", short: "s" },
    json: { type: "boolean" },
  });
  const stack = requireStack("rotate", options.stack);
  requireKnownStack(session.checkout, `rotate ${name}`, stack);
  const version = readVersion(session, stack, secret.setting);
  return reportFailures(session, async () => {
    const recorded = await readRecorded(session, stack);
    const { freeze } = recorded.settings.gate;
    if (recorded.freeze) {
      session.err.write(
        `Refused: ${freezeText(recorded.place.environment, recorded.freeze)}. A rotation replaces machines; nothing was written.\n`,
      );
      return exitStatus.refused;
    }
    if (freeze !== "") {
      session.err.write(
        `Refused: ${recorded.place.environment} is frozen (${freeze}), and a rotation replaces machines; nothing was written. ` +
          `To rotate in a freeze, lift it for as long: pulumi config set --stack ${stack} --path rollout:gate.freeze ''\n`,
      );
      return exitStatus.refused;
    }
    return counting(session, { stack, setting: secret.setting, version, json: options.json }, (counted) =>
      rollOutLive(counted, recorded, { stack, name, json: options.json }),
    );
  });
}

interface Counted {
  readonly stack: string;
  readonly setting: string;
  /** Undefined where the stack file has none, which is the first. */
  readonly version: number | undefined;
  readonly json: boolean;
}

/** Counts the version up for a rollout, and down again where that has not begun. */
async function counting(
  session: Session,
  { stack, setting, version, json }: Counted,
  work: (counted: Session) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  const next = String((version ?? 1) + 1);
  const set = (value: string): string =>
    pulumi(session, ["config", "set", "--stack", stack, "--path", setting, value, "--type", "string"]);
  const restore = (): void => {
    if (version === undefined) pulumi(session, ["config", "rm", "--stack", stack, "--path", setting]);
    else set(String(version));
    if (!json) session.err.write(`${setting} is ${String(version ?? 1)} as before.\n`);
  };
  const isClean = !hasChangedFile(session, stack);
  const before = stackFileText(session, stack);
  set(next);
  let status: ExitStatus;
  try {
    // The count is no reason to take the tree for changed; what else was changed there before is one.
    status = await work(
      isClean ? withEnvironment(session, { [rotatedFileVariable]: fileOf(stack) }) : session,
    );
  } catch (error) {
    restore();
    throw error;
  }
  const hasBegun = status !== exitStatus.refused && status !== exitStatus.usage;
  if (!hasBegun) restore();
  else if (!json)
    session.err.write(
      `${setting} is ${next} now${stackFileText(session, stack) !== before ? "; commit that with the stack file" : ""}.\n`,
    );
  return status;
}

/** Rolls out what is live, with the secrets of now; the checkout's release where nothing is live. */
async function rollOutLive(
  session: Session,
  { attempts, place }: Recorded,
  { stack, name, json }: { readonly stack: string; readonly name: string; readonly json: boolean },
): Promise<ExitStatus> {
  const live = liveOf(attempts);
  const [newest] = attempts;
  const engineText = ["up", "--stack", stack, "--yes", "--skip-preview"];
  if (!live) {
    const again = `bin/rollout up --stack ${stack}`;
    return (await rollOut(session, { stack, engineText, again, bringsBack: true, json })).status;
  }
  const release = `release ${shortRelease(live.release)} (#${String(live.number)})`;
  if (!json)
    session.err.write(
      newest === live
        ? `${name} of ${place.environment}: ${release} stays live.\n`
        : `${name} of ${place.environment}: the newest rollout (#${String(newest?.number)}) has not succeeded, so that ${release} is rolled out with it.\n`,
    );
  const { status } = await rollOut(sessionAtRelease(session, live, newest), {
    stack,
    engineText,
    again: `bin/rollout rollback --stack ${stack} --to ${String(live.number)}`,
    bringsBack: true,
    json,
  });
  return status;
}

/** The version that stands in the stack file; a secret that was never rotated has the first. */
function readVersion(session: Session, stack: string, setting: string): number | undefined {
  const [group = "", key = ""] = setting.split(".");
  const config = JSON.parse(pulumi(session, ["config", "--stack", stack, "--json"])) as Readonly<
    Record<string, { readonly value?: string; readonly objectValue?: Readonly<Record<string, unknown>> }>
  >;
  const version = config[group]?.objectValue?.[key];
  const text = typeof version === "string" || typeof version === "number" ? String(version) : undefined;
  if (text !== undefined && !/^\d+$/.test(text))
    throw new UsageError(
      `${setting} is ${text} in the settings of ${stack}, and only a number can be counted up: pulumi config set --stack ${stack} --path '${setting}' VALUE`,
    );
  return text === undefined ? undefined : Number(text);
}

function withEnvironment(session: Session, more: NodeJS.ProcessEnv): Session {
  return { ...session, environment: { ...session.environment, ...more } };
}

function fileOf(stack: string): string {
  return `Pulumi.${stack.split("/").at(-1) ?? ""}.yaml`;
}

/** The checkout's stack file: the engine may count in another one, and then there is nothing to commit. */
function stackFileText({ checkout }: Session, stack: string): string {
  const file = join(checkout, fileOf(stack));
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Whether the checkout's stack file has a change that is not committed. */
function hasChangedFile({ checkout }: Session, stack: string): boolean {
  const { stdout } = spawnSync("git", ["status", "--porcelain", "--", fileOf(stack)], {
    cwd: checkout,
    env: gitVariables(process.env),
    encoding: "utf8",
    timeout: 30_000,
  });
  return stdout.trim() !== "";
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

export const rotate: Command = { summary: "replaces a secret and rolls it out", help, run };
