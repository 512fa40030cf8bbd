import type { Attempt } from "@atlaris/infra/rollout/records/attempts";
import { lastGood, liveOf } from "@atlaris/infra/rollout/records/attempts";
import { chooseRelease } from "../../stacks/earlier-release.ts";
import { kindOf } from "../../stacks/environments.ts";
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
import { returning } from "../rollback/returning.ts";
import { rollOut } from "../roll-out.ts";
import { tellingFailures } from "../telling-failures.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout rollback --stack STACK [--to RELEASE] [--only PART] [--record FILE] [--json]

Runs an earlier release of the environment again, by the same steps and the same smoke test. Nothing is built: its image
and its web deployment are still there. Program and infrastructure are today's; code, fly configuration and plain
variables are the release's; secrets are the current ones; the database stays as it is and no migration runs.

  --stack, -s STACK  where: staging or prod
  --to RELEASE       which one, by its number in the history or by its commit; the last good one where nothing is
                     said: the newest good release other than the live one
  --only PART        of that release web, workers, worker, regenerator, variables, or the worker of a Fly app's name;
                     all else stays as it is
  --record FILE      writes every call to the clouds with its answer into FILE, as HAR and without secrets
  --json             one JSON object a line, as a rollout prints them

To go forward again: bin/rollout up, or bin/rollout rollback --to the newer release.

  bin/rollout rollback --stack staging --to 1                          the release of rollout #1
  bin/sandbox bin/rollout rollback --stack staging --to 1 --only web   only the web application, on this machine

Exit status: 0 done, 1 failed, 2 wrong use, or no such release, nothing was started, 3 refused by the gate, nothing was
written, 130 interrupted.
`;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const options = readOptions("rollback", words, {
    stack: { type: "string", short: "s" },
    to: { type: "string" },
    only: { type: "string" },
    record: { type: "string" },
    json: { type: "boolean" },
  });
  const stack = requireStack("rollback", options.stack);
  requireKnownStack(session.checkout, "rollback", stack);
  return recording(session, options.record, (through) =>
    tellingFailures(through, async () => {
      const recorded = await readRecorded(through, stack);
      const wanted = choose(recorded, { stack, to: options.to, only: options.only });
      if (!options.json) session.err.write(announcement(recorded, wanted, options.only));
      const { status } = await rollOut(returning(through, wanted, options.only), {
        stack,
        engineWords: ["up", "--stack", stack, "--yes", "--skip-preview"],
        again: ["bin/rollout rollback --stack", stack, "--to", String(wanted.number)]
          .concat(options.only === undefined ? [] : ["--only", options.only])
          .join(" "),
        // A rollback that fails is left as it is: another rollback would not help.
        bringsBack: false,
        json: options.json,
      });
      if (status === exitStatus.done && !options.json && options.only !== undefined)
        session.err.write(mixed(options.only, wanted));
      return status;
    }),
  );
}

interface Choice {
  readonly stack: string;
  readonly to: string | undefined;
  readonly only: string | undefined;
}

/** @throws UsageError when there is no such release, or it cannot be returned to. */
function choose({ attempts, settings, place }: Recorded, { stack, to, only }: Choice): Attempt {
  const last = lastGood(attempts);
  const name = to ?? (last && String(last.number));
  if (name === undefined)
    throw new UsageError(
      `${place.environment} has no good release other than the live one. See: bin/rollout history --stack ${stack}`,
    );
  const kind = kindOf(stack.split("/").at(-1) ?? "");
  if (!kind) throw new UsageError(`There is no stack ${stack}`);
  try {
    const { returnsTo } = chooseRelease(name, { stack, kind, settings: { ...settings, only } }, attempts);
    const found = attempts.find(({ number }) => number === returnsTo);
    if (found) return found;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  throw new UsageError(`${place.environment} has no release ${name} on record`);
}

/** From what to what, with what will be other then. */
function announcement({ attempts, place }: Recorded, wanted: Attempt, only: string | undefined): string {
  const live = liveOf(attempts);
  const name = `#${String(wanted.number)} (${shortRelease(wanted.release)}, ${wanted.at.replace(/\.\d+Z$/, "Z")})`;
  const from = live ? ` from #${String(live.number)} (${shortRelease(live.release)})` : "";
  const differences = live && only === undefined ? differencesBetween(live, wanted).map(differenceLine) : [];
  return [`${only ?? place.environment}: back to ${name}${from}`, ...differences, ""].join("\n");
}

function mixed(only: string, { release, number }: Attempt): string {
  return `Mixed now: ${only} is of release ${shortRelease(release)} (#${String(number)}), all else is as before.\n`;
}

export const rollback: Command = { summary: "an earlier release again, whole or in part", help, run };
