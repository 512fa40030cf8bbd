import { setTimeout as sleep } from "node:timers/promises";
import { readLogs } from "@rollout/infra/fly/logs";
import { liveOf } from "@rollout/infra/rollout/records/attempts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import type { Recorded } from "../history/recorded.ts";
import { readRecorded } from "../history/recorded.ts";
import { countInterrupts } from "../interrupts.ts";
import { requireKnownStack } from "../known-stack.ts";
import type { Filter, LeveledLine } from "../logs/filter.ts";
import { filterOf, leveled } from "../logs/filter.ts";
import type { Colors } from "../progress/colors.ts";
import { colorsFor } from "../progress/colors.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout logs [WORKER] --stack STACK [-f] [--grep PATTERN] [--level LEVEL] [--json]

What the machines of a worker have printed, or those of all workers, oldest first: the last lines that Fly has, and with -f all that
comes until Ctrl-C. A line's level is the one that it states itself in JSON ("level": "error", or a number as pino's), else Fly's.
For the web it prints the command of Vercel's own CLI for the live deployment, since Vercel streams a deployment's logs from now on and
keeps none for this API. Neon has no API for a database's log: its errors are in the lines of those who asked.

  WORKER              a worker's name, as rollout.config.ts declares it, or web
  --stack, -s STACK   which environment: staging or prod
  --follow, -f        goes on until Ctrl-C
  --grep PATTERN      only lines that match this regular expression, whatever their case
  --level LEVEL       only lines from this level on: trace, debug, info, warn, error, fatal
  --json              one JSON object a line: {"at", "worker", "machine", "level", "text"}

  bin/rollout logs --stack staging --level error                       in the real clouds
  bin/sandbox bin/rollout logs --stack staging -f                      on this machine
  bin/rollout logs web --stack staging

Exit status: 0 done, 1 Fly did not answer, 2 wrong use, settings or tokens, 3 the record is refused.
`;

/** Between two questions for what is new, in milliseconds. */
const pause = 1_000;

async function run(session: Session, words: readonly string[]): Promise<ExitStatus> {
  const [first] = words;
  const part = first !== undefined && !first.startsWith("-") ? first : undefined;
  const options = readOptions("logs", part === undefined ? words : words.slice(1), {
    stack: { type: "string", short: "s" },
    follow: { type: "boolean", short: "f" },
    grep: { type: "string" },
    level: { type: "string" },
    json: { type: "boolean" },
  });
  const stack = requireStack("logs", options.stack);
  const filter = filterOf(options.grep, options.level);
  requireKnownStack(session.checkout, "logs", stack);
  return reportFailures(session, async () => {
    const recorded = await readRecorded(session, stack);
    if (part === "web") return webCommand(session, recorded, stack);
    const { apps } = recorded.settings.fly;
    if (part !== undefined && !Object.hasOwn(apps, part))
      throw new UsageError(
        `bin/rollout logs: there is no worker ${part}. There is: ${[...Object.keys(apps), "web"].join(", ")}`,
      );
    const chosen = Object.entries(apps).filter(([worker]) => part === undefined || worker === part);
    const { out, environment } = session;
    const colors = colorsFor(out.isTTY, environment);
    const width = Math.max(...chosen.map(([worker]) => worker.length));
    const print = (line: LeveledLine): void => {
      out.write(options.json ? `${JSON.stringify(line)}\n` : textOf(line, width, colors));
    };
    await follow(chosen, recorded, filter, print, options.follow);
    return exitStatus.done;
  });
}

async function follow(
  apps: readonly (readonly [worker: string, app: string])[],
  { access }: Recorded,
  { isShown }: Filter,
  print: (line: LeveledLine) => void,
  goesOn: boolean,
): Promise<void> {
  const interrupted = new AbortController();
  // Left in place: one Ctrl-C may arrive twice, and the second would end the process by its signal.
  const interrupts = goesOn
    ? countInterrupts(
        () => performance.now(),
        () => interrupted.abort(),
      )
    : undefined;
  const since = new Map<string, string>();
  do {
    const pages = await Promise.all(
      apps.map(async ([worker, app]) => {
        const { lines, next } = await readLogs(access.fly, app, since.get(app));
        since.set(app, next);
        return lines.map((line) => leveled(line, worker));
      }),
    );
    for (const line of pages.flat().sort((one, other) => one.at.localeCompare(other.at)))
      if (isShown(line)) print(line);
    if (goesOn) await sleep(pause, undefined, { signal: interrupted.signal }).catch(() => undefined);
  } while (goesOn && !interrupted.signal.aborted);
  await interrupts?.settle();
}

function textOf({ at, worker, machine, level, text }: LeveledLine, width: number, colors: Colors): string {
  const paint = ["error", "fatal"].includes(level) ? colors.red : level === "warn" ? colors.yellow : String;
  return `${colors.dim(`${at.replace(/\.\d+Z$/, "Z")} ${worker.padEnd(width)} ${machine}`)}  ${paint(text)}\n`;
}

function webCommand(
  { out, err }: Session,
  { attempts, place, settings }: Recorded,
  stack: string,
): ExitStatus {
  const deployment = liveOf(attempts)?.ended?.webDeployment;
  if (deployment === undefined) {
    err.write(
      `${place.environment} has no web deployment on record. See: bin/rollout status --stack ${stack}\n`,
    );
    return exitStatus.failed;
  }
  out.write(`vercel logs ${deployment} --scope ${settings.vercel.team}\n`);
  return exitStatus.done;
}

export const logs: Command = { summary: "what the workers print", help, run };
