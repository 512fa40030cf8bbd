import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gitVariables } from "@rollout/infra/shared/machine-variables";
import { freezeText } from "@rollout/infra/rollout/records/freeze";
import { liveOf } from "@rollout/infra/rollout/records/attempts";
import { kindOf } from "../../stacks/environments.ts";
import { madeSecrets } from "../../stacks/settings/secret-versions.ts";
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
import { ageOf, isUnfinished } from "../rotation/ages.ts";
import { givenSecrets, stepsText } from "../rotation/by-person.ts";
import type { ConfigChange } from "../rotation/config-change.ts";
import { newValue, nextVersion, readNewValue, readVersion, unchanged } from "../rotation/config-change.ts";
import { listSecrets, listText } from "../rotation/list.ts";
import { UsageError } from "../usage-error.ts";

const names = Object.keys(madeSecrets);
const width = Math.max(...names.map((name) => name.length)) + 2;

const help = `bin/rollout rotate SECRET --stack STACK [--json]
bin/rollout rotate --list --stack STACK [--json]

Replaces a secret and rolls it out to all who need it: database, workers, web, GitHub. The release that is live stays, also
where the checkout is another one or a rollback came before; the stack file's other settings apply. It counts the secret's
version up in the stack file, which is to be committed. A refused rotation leaves the version as it was; one that was interrupted
or failed is finished by the same command, or by the next bin/rollout up, and counts no further.

${Object.entries(madeSecrets)
  .map(([name, { what }]) => `  ${name.padEnd(width)}${what}`)
  .join("\n")}

A secret of the application, by its name: the new value is read from standard input, becomes a secret of the stack's configuration
(rollout:secrets) and is rolled out: bin/rollout rotate OPENAI_API_KEY --stack staging < new.key. Make it where it comes from first,
and revoke the old one there afterwards: both are valid together where the vendor allows two.

Tokens and keys that others give you (${Object.keys(givenSecrets).join(", ")}) are replaced by a person:
this prints the steps and changes nothing.

  --list   every secret with its age, and no value: those that the stack makes by the signed record, the others by when the
           GitHub environment's secret was last set
  --json   of --list one JSON object a line: {"name", "what", "since", "isAtLeast", "version", "source"}

  bin/sandbox bin/rollout rotate smoke-test-key --stack staging   try it on this machine, without an account
  bin/rollout rotate database-password --stack staging            in the real clouds
  bin/rollout rotate NEON_API_KEY --stack prod                    the steps for a person
  bin/rollout rotate --list --stack prod

Exit status: as of bin/rollout up. 3 also where the environment is frozen.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const [first = "", ...others] = words;
  const name = first.startsWith("-") ? "" : first;
  const options = readOptions("rotate", name === "" ? words : others, {
    stack: { type: "string", short: "s" },
    list: { type: "boolean" },
    json: { type: "boolean" },
  });
  if (name === "" && !options.list)
    throw new UsageError(`bin/rollout rotate requires which secret. There is: ${names.join(", ")}`);
  // A name in capitals may be a secret of the application, which its settings know.
  const isKnown = name === "" || Object.hasOwn(madeSecrets, name) || /^[A-Z][A-Z0-9_]*$/.test(name);
  if (!isKnown)
    throw new UsageError(`bin/rollout rotate knows no secret ${name}. There is: ${names.join(", ")}`);
  const stack = requireStack("rotate", options.stack);
  requireKnownStack(session.checkout, `rotate ${name}`.trim(), stack);
  if (options.list) return reportFailures(session, () => list(session, stack, options.json));
  if (Object.hasOwn(givenSecrets, name)) {
    const { environment = stack } = kindOf(stack.split("/").at(-1) ?? "") ?? {};
    session.out.write(stepsText(name, stack, environment));
    return exitStatus.done;
  }
  const made = Object.hasOwn(madeSecrets, name) ? madeSecrets[name] : undefined;
  if (!made) {
    const value = readNewValue(name, stack);
    return reportFailures(session, async () => {
      const recorded = await readRecorded(session, stack);
      const work = (changed: Session): Promise<ExitStatus> =>
        rollOutLive(changed, recorded, { stack, name, json: options.json });
      if (isFrozen(session, recorded, stack)) return exitStatus.refused;
      return changing(
        session,
        { stack, json: options.json, ...newValue(session, recorded, { stack, name, value }) },
        work,
      );
    });
  }
  const version = readVersion(session, stack, made.setting);
  return reportFailures(session, async () => {
    const recorded = await readRecorded(session, stack);
    if (isFrozen(session, recorded, stack)) return exitStatus.refused;
    const work = (counted: Session): Promise<ExitStatus> =>
      rollOutLive(counted, recorded, { stack, name, json: options.json });
    const counted = String(version ?? 1);
    const live = ageOf(name, recorded.attempts).version;
    if (isUnfinished(name, recorded.attempts, counted)) {
      session.err.write(
        `The rotation of ${name} to version ${counted} has not succeeded yet: it is finished, and no version counted up.\n`,
      );
      return changing(session, { stack, json: options.json, ...unchanged }, work);
    }
    return changing(
      session,
      { stack, json: options.json, ...nextVersion(session, { stack, setting: made.setting, version, live }) },
      work,
    );
  });
}

async function list(session: Session, stack: string, json: boolean): Promise<ExitStatus> {
  const recorded = await readRecorded(session, stack);
  const secrets = await listSecrets(recorded, (line) => session.err.write(`${line}\n`));
  if (json) for (const secret of secrets) session.out.write(`${JSON.stringify(secret)}\n`);
  else session.out.write(listText(secrets, new Date()));
  return exitStatus.done;
}

/** Reports a freeze, in which nothing is rotated. */
function isFrozen(session: Session, recorded: Recorded, stack: string): boolean {
  const { freeze } = recorded.settings.gate;
  const { environment } = recorded.place;
  if (recorded.freeze)
    session.err.write(
      `Refused: ${freezeText(environment, recorded.freeze)}. A rotation replaces machines; nothing was written.\n`,
    );
  else if (freeze !== "")
    session.err.write(
      `Refused: ${environment} is frozen (${freeze}), and a rotation replaces machines; nothing was written. ` +
        `To rotate in a freeze, lift it for as long: pulumi config set --stack ${stack} --path rollout:gate.freeze ''\n`,
    );
  return recorded.freeze !== undefined || freeze !== "";
}

interface Changing extends ConfigChange {
  readonly stack: string;
  readonly json: boolean;
}

/** Changes the configuration for a rollout, and back again where that has not begun. */
async function changing(
  session: Session,
  { stack, json, set, restore, asBefore, isNow }: Changing,
  work: (changed: Session) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  const takeBack = (): void => {
    restore();
    if (!json && asBefore !== "") session.err.write(`${asBefore}\n`);
  };
  const isClean = !hasChangedFile(session, stack);
  const before = stackFileText(session, stack);
  set();
  let status: ExitStatus;
  try {
    // The change is no reason to take the tree for changed; what else was changed there before is one.
    status = await work(
      isClean ? withEnvironment(session, { [rotatedFileVariable]: fileOf(stack) }) : session,
    );
  } catch (error) {
    takeBack();
    throw error;
  }
  const hasBegun = status !== exitStatus.refused && status !== exitStatus.usage;
  if (!hasBegun) takeBack();
  else if (!json && isNow !== "")
    session.err.write(
      `${isNow}${stackFileText(session, stack) !== before ? "; commit that with the stack file" : ""}.\n`,
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

export const rotate: Command = { summary: "replaces a secret and rolls it out", help, run };
