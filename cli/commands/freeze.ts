import { requireSigner } from "@rollout/infra/rollout/records/append";
import type { FreezeNote } from "@rollout/infra/rollout/records/freeze";
import { anchorInDeployment, enterFreeze } from "@rollout/infra/rollout/records/freeze";
import { whoAmI } from "@rollout/infra/shared/machine";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import type { Recorded } from "../history/recorded.ts";
import { readRecorded } from "../history/recorded.ts";
import { requireKnownStack } from "../known-stack.ts";
import { recordWriter } from "../record-writer.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

const statusText =
  "Exit status: 0 done, or it was so already, 1 failed, 2 wrong use, settings, tokens or no key that signs the record, 3 the record is refused.\n";

const freezeHelp = `bin/rollout freeze --stack STACK --reason TEXT [--json]

Keeps new releases out of an environment, for every user and every workflow at once: the gate of each rollout that begins or
waits in line refuses, with this reason, until bin/rollout unfreeze. Rotations are refused too. A rollback is not stopped, and
neither is a rollout that has passed the gate already. The freeze is a signed entry of the record of rollouts, which bin/rollout
history shows; the key that signs a rollout signs it (docs/secrets.md). The setting rollout:gate.freeze is another way, for rollouts
with that stack file.

  --stack, -s STACK   where: staging or prod
  --reason TEXT       why, on one line; a refused rollout prints it
  --json              one JSON object: {"kind": "end", "result", "environment", "frozen", "by", "reason", "entry"}

  bin/rollout freeze --stack prod --reason "incident 42"                    in the real clouds
  bin/sandbox bin/rollout freeze --stack staging --reason "incident 42"     on this machine

${statusText}`;

const unfreezeHelp = `bin/rollout unfreeze --stack STACK [--reason TEXT] [--json]

Ends the freeze of an environment, for all, and enters in the record who did it and why. A freeze by the setting
rollout:gate.freeze stays: this prints the command that ends that one.

  --stack, -s STACK   where: staging or prod
  --reason TEXT       why it may continue, on one line
  --json              one JSON object, as of freeze

  bin/rollout unfreeze --stack prod --reason "incident 42 is closed"   in the real clouds
  bin/sandbox bin/rollout unfreeze --stack staging                     on this machine

${statusText}`;

type Event = FreezeNote["event"];

const commandOf = { frozen: "freeze", unfrozen: "unfreeze" } as const;

function running(event: Event): Command["run"] {
  const name = commandOf[event];
  return async (session, words) => {
    const options = readOptions(name, words, {
      stack: { type: "string", short: "s" },
      reason: { type: "string" },
      json: { type: "boolean" },
    });
    const stack = requireStack(name, options.stack);
    const reason = readReason(event, options.reason, stack);
    requireKnownStack(session.checkout, name, stack);
    return reportFailures(session, async () => {
      const recorded = await readRecorded(session, stack);
      const note = { event, by: whoAmI(), reason, stack };
      return isSo(recorded, note)
        ? reportEnd(session, recorded, note, options.json)
        : enter(session, recorded, note, options.json);
    });
  };
}

/** As long as a refusal stays readable. */
const longestReason = 300;

function readReason(event: Event, given: string | undefined, stack: string): string {
  const reason = (given ?? "").trim();
  const name = commandOf[event];
  if (reason === "" && event === "frozen")
    throw new UsageError(
      `bin/rollout freeze requires why, which a refused rollout prints: bin/rollout freeze --stack ${stack} --reason "incident 42"`,
    );
  if (/\p{Cc}/u.test(reason) || reason.length > longestReason)
    throw new UsageError(
      `bin/rollout ${name}: --reason is ${String(reason.length)} characters long or has line breaks; expected one line of at most ${String(longestReason)}`,
    );
  return reason === "" ? "no reason given" : reason;
}

function isSo({ freeze }: Recorded, { event, reason }: FreezeNote): boolean {
  return event === "frozen" ? freeze?.reason === reason : freeze === undefined;
}

async function enter(
  session: Session,
  recorded: Recorded,
  note: FreezeNote,
  json: boolean,
): Promise<ExitStatus> {
  const { github, place, attempts } = recorded;
  const writer = recordWriter(session, note.stack, { github, onGitHub: place });
  await requireSigner(writer).catch((error: unknown) => {
    if (error instanceof Error && error.message.includes("key to sign")) throw new UsageError(error.message);
    throw error;
  });
  const added = await enterFreeze(writer, note);
  await anchorInDeployment(writer, attempts[0]?.deployment, added).catch((error: unknown) => {
    session.err.write(
      `It is in force; that GitHub's newest deployment knows of it could not be noted: ${(error as Error).message}\n`,
    );
  });
  return reportEnd(session, recorded, note, json, added.anchor.entry);
}

function reportEnd(
  { out, err }: Session,
  { place: { environment }, freeze, attempts, settings }: Recorded,
  { event, by, reason, stack }: FreezeNote,
  json: boolean,
  entry?: number,
): ExitStatus {
  const isFrozen = event === "frozen";
  const who = entry === undefined && freeze ? freeze.by : by;
  const was = freeze ? ` (${freeze.reason}, by ${freeze.by})` : "";
  const text = {
    frozen:
      entry === undefined
        ? `${environment} is frozen already, by ${who}: ${reason}`
        : `${environment} is frozen: ${reason}. To lift it: bin/rollout unfreeze --stack ${stack}`,
    unfrozen:
      entry === undefined ? `${environment} is not frozen.` : `${environment} is no longer frozen${was}.`,
  };
  const result = { kind: "end", result: "succeeded", environment, frozen: isFrozen, by: who, reason, entry };
  out.write(`${json ? JSON.stringify(result) : text[event]}\n`);
  const [newest] = attempts;
  if (isFrozen && newest && !newest.ended)
    err.write(
      `Rollout #${String(newest.number)} by ${newest.by} has passed the gate before, and is not stopped. To undo it: bin/rollout rollback --stack ${stack}\n`,
    );
  if (!isFrozen && settings.gate.freeze !== "")
    err.write(
      `The stack file still freezes it (${settings.gate.freeze}): pulumi config rm --stack ${stack} --path rollout:gate.freeze\n`,
    );
  return exitStatus.done;
}

export const freeze: Command = {
  summary: "keeps new releases out of an environment, at once and for all",
  help: freezeHelp,
  run: running("frozen"),
};

export const unfreeze: Command = {
  summary: "ends a freeze",
  help: unfreezeHelp,
  run: running("unfrozen"),
};
