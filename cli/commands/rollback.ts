import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { liveOf, schemaAfter } from "@rollout/infra/rollout/records/attempts";
import { application } from "../../rollout.config.ts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import { differenceLine, differencesBetween } from "../history/differences.ts";
import type { Recorded } from "../history/recorded.ts";
import { readRecorded } from "../history/recorded.ts";
import { shortRelease } from "../history/table.ts";
import { requireKnownStack } from "../known-stack.ts";
import { recording } from "../record/recording.ts";
import { chooseRollback } from "../rollback/choose.ts";
import {
  outageReason,
  readRecordedWithoutGitHub,
  requireReversible,
  withOutageSession,
} from "../rollback/without-github.ts";
import { sessionAtRelease } from "../rollback/session-at-release.ts";
import { rollOut } from "../roll-out.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";
import type { Strategy } from "../watch/strategy.ts";
import { strategyFor } from "../watch/strategy.ts";
import type { Kind } from "../watch/verdict.ts";
import { freeze } from "./freeze.ts";

/** What a user calls what has gone wrong, and what a watch calls it. */
const triggers: Readonly<Record<string, Kind | undefined>> = {
  health: "health",
  security: "security",
  performance: "performance",
  business: "business",
  manual: undefined,
};

const help = `bin/rollout rollback --stack STACK [--to RELEASE] [--only PART] [--trigger KIND] [--record FILE] [--json]
bin/rollout rollback --without-github --stack STACK --yes-without-lease --reason TEXT [--to RELEASE]

Runs an earlier release of the environment again, by the same steps and the same smoke test. Nothing is built: its image
and its web deployment are still there. Program and infrastructure are today's; code, fly configuration and plain
variables are the release's; secrets are the current ones; the database stays as it is and no migration runs. A freeze
does not stop it. Where another rollout begins before it has its turn, it is refused.

  --stack, -s STACK  where: staging or prod
  --to RELEASE       which one, by its number in the history or by its commit; the last good one where nothing is
                     said: the newest good release other than the live one
  --only PART        of that release web, workers, variables, one worker (${Object.keys(application.workers).join(", ")}), or the worker of a
                     Fly app's name; all else stays as it is
  --trigger KIND     what calls for it (${Object.keys(triggers).join(", ")}), which picks the strategy: health
                     and security roll everything back and freeze new rollouts first, until the command unfreeze ends that
  --record FILE      writes every call to the clouds with its answer into FILE, as HAR and without secrets
  --json             one JSON object a line, as a rollout prints them
  --without-github   while GitHub does not answer: the release is one of the signed copy that the stack's state keeps, and
                     neither gate nor lease is asked. Only the engine's lock of the state keeps out a second rollout,
                     so it takes --yes-without-lease as well, and --reason, which goes on record later, by
                     the option --sync of history; until then the gate refuses the next rollout

To go forward again: bin/rollout up, or bin/rollout rollback --to the newer release.

  bin/rollout rollback --stack staging --to 1                          the release of rollout #1
  bin/sandbox bin/rollout rollback --stack staging --to 1 --only web   only the web application, on this machine
  bin/rollout rollback --to 1 --without-github --stack staging --yes-without-lease --reason "GitHub is down"
  bin/rollout history --sync --stack staging                           afterwards

Exit status: 0 done, or nothing to do, 1 failed, 2 wrong use, or no such release, nothing was started, 3 refused by the gate, nothing
was written, 130 interrupted.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("rollback", words, {
    stack: { type: "string", short: "s" },
    to: { type: "string" },
    only: { type: "string" },
    trigger: { type: "string" },
    record: { type: "string" },
    json: { type: "boolean" },
    "without-github": { type: "boolean" },
    "yes-without-lease": { type: "boolean" },
    reason: { type: "string" },
  });
  const stack = requireStack("rollback", options.stack);
  requireKnownStack(session.checkout, "rollback", stack);
  const strategy = strategyOf(options.trigger);
  if (strategy?.freezes && options.only !== undefined && !options.json)
    session.err.write(
      `For ${String(options.trigger)}, everything is rolled back, and not ${options.only} alone.\n`,
    );
  const wanted: Wanted = {
    ...{ stack, to: options.to, only: strategy?.freezes ? undefined : options.only, json: options.json },
    ...(strategy?.freezes ? { freezesFor: String(options.trigger) } : {}),
  };
  const reason = outageReason(options, stack);
  return recording(session, options.record, (through) =>
    reportFailures(through, async () => {
      if (reason === undefined) return rollBack(through, await readRecorded(through, stack), wanted);
      const recorded = await readRecordedWithoutGitHub(through, stack);
      requireReversible(recorded);
      const { copy } = recorded;
      // A freeze is an entry of the record.
      const { freezesFor: _freezesFor, ...unfrozen } = wanted;
      const status = await withOutageSession(through, { copy, reason }, (without) =>
        rollBack(without, recorded, unfrozen),
      );
      if (status === exitStatus.done && !options.json)
        session.err.write(
          `Not on record yet. When GitHub answers again: bin/rollout history --sync --stack ${stack}\n` +
            (wanted.freezesFor === undefined
              ? ""
              : `Nor is ${recorded.place.environment} frozen: bin/rollout freeze --stack ${stack}\n`),
        );
      return status;
    }),
  );
}

interface Wanted {
  readonly stack: string;
  readonly to: string | undefined;
  readonly only: string | undefined;
  readonly json: boolean;
  /** What calls for it, where that freezes the environment first. */
  readonly freezesFor?: string;
}

async function rollBack(
  session: Session,
  recorded: Recorded,
  { stack, to, only, json, freezesFor }: Wanted,
): Promise<ExitStatus> {
  const chosen = chooseRollback(recorded, { stack, to, only });
  if ("nothing" in chosen) {
    if (json)
      session.out.write(`${JSON.stringify({ kind: "end", result: "succeeded", note: chosen.nothing })}\n`);
    else session.err.write(`${chosen.nothing}\n`);
    return exitStatus.done;
  }
  const { to: release } = chosen;
  if (freezesFor !== undefined)
    await freezeFirst(session, stack, `rolled back to #${String(release.number)}: ${freezesFor}`, json);
  const [newest] = recorded.attempts;
  if (!json) session.err.write(announcement(recorded, release, only));
  const { status } = await rollOut(sessionAtRelease(session, release, newest, only), {
    stack,
    engineText: ["up", "--stack", stack, "--yes", "--skip-preview"],
    again: ["bin/rollout rollback --stack", stack, "--to", String(release.number)]
      .concat(only === undefined ? [] : ["--only", only])
      .join(" "),
    // A rollback that fails is left as it is: another rollback would not help.
    bringsBack: false,
    json,
  });
  if (status === exitStatus.done && !json && only !== undefined) session.err.write(mixed(only, release));
  return status;
}

/** Before the rollback, which a freeze does not stop: nothing new comes in between. Where it cannot be frozen, it is rolled back. */
async function freezeFirst(session: Session, stack: string, reason: string, json: boolean): Promise<void> {
  try {
    const words = ["--stack", stack, "--reason", reason, ...(json ? ["--json"] : [])];
    if ((await freeze.run(session, words)) === exitStatus.done) return;
  } catch (error) {
    session.err.write(`${(error as Error).message}\n`);
  }
  session.err.write("It is not frozen, and is rolled back anyway.\n");
}

function strategyOf(trigger: string | undefined): Strategy | undefined {
  if (trigger === undefined) return undefined;
  if (!Object.hasOwn(triggers, trigger))
    throw new UsageError(
      `bin/rollout rollback: --trigger is ${trigger}; expected one of ${Object.keys(triggers).join(", ")}`,
    );
  const kind = triggers[trigger];
  return kind && strategyFor([kind]);
}

/** From what to what, with what will be other then. The schema is no part of it: no migration runs. */
export function announcement(
  {
    attempts,
    place,
    settings,
    freeze: entered,
  }: Pick<Recorded, "attempts" | "place" | "settings" | "freeze">,
  wanted: Attempt,
  only: string | undefined,
): string {
  const live = liveOf(attempts);
  const [newest] = attempts;
  const name = `#${String(wanted.number)} (${shortRelease(wanted.release)}, ${wanted.at.replace(/\.\d+Z$/, "Z")})`;
  const from = live ? ` from #${String(live.number)} (${shortRelease(live.release)})` : "";
  const differences = live && only === undefined ? differencesBetween(live, wanted) : [];
  const schema = newest && schemaAfter(attempts, newest);
  const reasons = [entered?.reason ?? "", settings.gate.freeze].filter((reason) => reason !== "");
  return [
    ...reasons.map(
      (reason) =>
        `${place.environment} is frozen (${reason}); a freeze keeps new releases out, not rollbacks.`,
    ),
    `${only ?? place.environment}: back to ${name}${from}`,
    ...differences.filter(({ what }) => !what.startsWith("migration ")).map(differenceLine),
    `  schema: stays${schema ? ` at ${schema}` : " as it is"}`,
    "",
  ].join("\n");
}

function mixed(only: string, { release, number }: Attempt): string {
  return `Mixed now: ${only} is of release ${shortRelease(release)} (#${String(number)}), all else is as before.\n`;
}

export const rollback: Command = { summary: "an earlier release again, all or part of it", help, run };
