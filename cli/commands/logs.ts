import { setTimeout as sleep } from "node:timers/promises";
import type { LogPage } from "@rollout/infra/fly/logs";
import { readLogs } from "@rollout/infra/fly/logs";
import { openRailway } from "@rollout/infra/railway/client";
import { readServiceLogs } from "@rollout/infra/railway/logs";
import { liveOf } from "@rollout/infra/rollout/records/attempts";
import { findProject } from "@rollout/infra/vercel/find-project";
import { placesOf } from "../../stacks/settings/workers.ts";
import { readOptions, requireStack } from "../arguments.ts";
import type { Command, Session } from "../command.ts";
import type { ExitStatus } from "../exit-status.ts";
import { exitStatus } from "../exit-status.ts";
import type { Recorded } from "../history/recorded.ts";
import { readRecorded } from "../history/recorded.ts";
import { countInterrupts } from "../interrupts.ts";
import { requireKnownStack } from "../known-stack.ts";
import type { LeveledLine } from "../logs/filter.ts";
import { filterOf, leveled } from "../logs/filter.ts";
import { followWeb } from "../logs/follow-web.ts";
import type { Colors } from "../progress/colors.ts";
import { colorsFor } from "../progress/colors.ts";
import { reportFailures } from "../report-failures.ts";
import { UsageError } from "../usage-error.ts";

const help = `bin/rollout logs [WORKER] --stack STACK [-f] [--grep PATTERN] [--level LEVEL] [--json]

What the machines of a worker have printed, or those of all workers, oldest first: the last lines that Fly has, or Railway
of a worker that runs there, and with -f all that comes until Ctrl-C. A line's level is the one that it states itself in JSON ("level": "error", or a number as pino's), else the cloud's.
Of the web, each request to the live deployment and what its functions print. Vercel's API streams from now on and has no earlier
lines: those of the next 5 s, and with -f all until Ctrl-C. Neon has no API for a database's log: its errors are in the lines of
those who asked.

  WORKER              a worker's name, as rollout.config.ts declares it, or web
  --stack, -s STACK   which environment: staging or prod
  --follow, -f        goes on until Ctrl-C
  --grep PATTERN      only lines that match this regular expression, whatever their case
  --level LEVEL       only lines from this level on: trace, debug, info, warn, error, fatal
  --json              one JSON object a line: {"at", "worker", "machine", "level", "text"}; of the web, machine is its deployment

  bin/rollout logs --stack staging --level error                       in the real clouds
  bin/sandbox bin/rollout logs --stack staging -f                      on this machine
  bin/sandbox bin/rollout logs web --stack staging -f                  requests and what the web prints, as it comes
  bin/rollout logs web --stack staging --level error

Exit status: 0 done, 1 a cloud did not answer, 2 wrong use, settings or tokens, 3 the record is refused.
`;

/** Between two questions for what is new, in milliseconds. */
const pause = 1_000;
/** To the web's stream where it is not followed, in milliseconds. */
const listenedFor = 5_000;

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
    const { out, environment } = session;
    const colors = colorsFor(out.isTTY, environment);
    const printing = (width: number) => (line: LeveledLine) => {
      if (filter.isShown(line))
        out.write(options.json ? `${JSON.stringify(line)}\n` : textOf(line, width, colors));
    };
    if (part === "web") return web(session, recorded, { stack, goesOn: options.follow, print: printing(3) });
    const readers = readersOf(recorded);
    if (part !== undefined && !readers.has(part))
      throw new UsageError(
        `bin/rollout logs: there is no worker ${part}. There is: ${[...readers.keys(), "web"].join(", ")}`,
      );
    const chosen = [...readers].filter(([worker]) => part === undefined || worker === part);
    const width = Math.max(...chosen.map(([worker]) => worker.length));
    await follow(chosen, printing(width), options.follow);
    return exitStatus.done;
  });
}

/** Reads a page of a worker's lines, from where the page before ended. */
type Reader = (since: string | undefined) => Promise<LogPage>;

/** One for each worker, by its name. */
function readersOf({ settings, access }: Recorded): ReadonlyMap<string, Reader> {
  const { apps, services } = placesOf(settings);
  const onFly = Object.entries(apps).map(([worker, app]): [string, Reader] => [
    worker,
    (since) => readLogs(access.fly, app, since),
  ]);
  const onRailway = Object.entries(services).map(([worker, service]): [string, Reader] => [
    worker,
    (since) => readServiceLogs(service, openRailway(access.railway), since),
  ]);
  return new Map([...onFly, ...onRailway]);
}

async function follow(
  workers: readonly (readonly [worker: string, read: Reader])[],
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
      workers.map(async ([worker, read]) => {
        const { lines, next } = await read(since.get(worker));
        since.set(worker, next);
        return lines.map((line) => leveled(line, worker));
      }),
    );
    for (const line of pages.flat().sort((one, other) => one.at.localeCompare(other.at))) print(line);
    if (goesOn) await sleep(pause, undefined, { signal: interrupted.signal }).catch(() => undefined);
  } while (goesOn && !interrupted.signal.aborted);
  await interrupts?.settle();
}

function textOf({ at, worker, machine, level, text }: LeveledLine, width: number, colors: Colors): string {
  const paint = ["error", "fatal"].includes(level) ? colors.red : level === "warn" ? colors.yellow : String;
  return `${colors.dim(`${at.replace(/\.\d+Z$/, "Z")} ${worker.padEnd(width)} ${machine}`)}  ${paint(text)}\n`;
}

interface WebArgs {
  readonly stack: string;
  readonly goesOn: boolean;
  readonly print: (line: LeveledLine) => void;
}

async function web(
  { err }: Session,
  { attempts, place, settings, access }: Recorded,
  { stack, goesOn, print }: WebArgs,
): Promise<ExitStatus> {
  const deployment = liveOf(attempts)?.ended?.webDeployment;
  if (deployment === undefined) {
    err.write(
      `${place.environment} has no web deployment on record. See: bin/rollout status --stack ${stack}\n`,
    );
    return exitStatus.failed;
  }
  const { team, project: name } = settings.vercel;
  const project = await findProject(access.vercel, team, name);
  if (project === undefined) {
    err.write(
      `Vercel has no project ${name} in the team ${team}. See: bin/rollout doctor --stack ${stack}\n`,
    );
    return exitStatus.failed;
  }
  const interrupted = new AbortController();
  const interrupts = countInterrupts(
    () => performance.now(),
    () => interrupted.abort(),
  );
  err.write(
    `Requests to ${deployment} and what it prints, from now on${goesOn ? ", until Ctrl-C" : `, for ${String(listenedFor / 1000)} s; all that comes with -f`}:\n`,
  );
  const signal = goesOn
    ? interrupted.signal
    : AbortSignal.any([interrupted.signal, AbortSignal.timeout(listenedFor)]);
  const report = (why: string): void => void err.write(`${why}\n`);
  await followWeb({ access: access.vercel, team, project, deployment, signal, print, report });
  await interrupts.settle();
  return exitStatus.done;
}

export const logs: Command = { summary: "what the workers print, and the web answers", help, run };
