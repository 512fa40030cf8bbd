import { parseArgs } from "node:util";
import { openEmulators } from "../replay/emulators.ts";
import { readHar } from "../replay/read-har.ts";
import { replay as replayCalls } from "../replay/replay.ts";
import { describeReport, reportOf } from "../replay/report.ts";
import { openProgress } from "../toolchain/progress.ts";
import { UserError } from "../user-error.ts";

const usualFactor = 20;
const limitMilliseconds = 5_000;

const replayHelp = `bin/sandbox replay FILE [--factor N] [--json]

Sends the calls of a recording to new, empty emulators and lists where their answers differ from the recorded ones: in status,
fields, types, null, words such as READY, and the headers that a rollout reads. The sandbox that runs is not touched.

  bin/sandbox replay run.har
  bin/sandbox replay run.har --json

FILE is a HAR file, as bin/rollout up and rollback write it with --record. A recording of a first rollout is replayed
completely; a call about something that was there before the recording is counted as not replayed.

  --factor N   lists calls that took N times as long, or as short, as recorded (default ${String(usualFactor)}): for information, not
               as a difference
  --json       {"calls", "compared", "differences": [{"cloud", "call", "kind", "where", "recorded", "emulated", "times",
               "entry"}], "notReplayed", "times"}

Exit status: 0 no difference, 1 differences, 2 wrong use, or FILE cannot be read, 130 interrupted.
`;

const seeHelp = "See: bin/sandbox replay --help";

/** Replays a recording against emulators of its own. */
export async function replay(words: readonly string[]): Promise<number> {
  const { file, factor, isJson, isHelp } = optionsOf(words);
  if (isHelp) {
    process.stdout.write(replayHelp);
    return 0;
  }
  const calls = readHar(file);
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const emulators = await openEmulators();
  try {
    let sent = 0;
    const results = await openProgress().during(
      () => `replaying call ${String(sent + 1)} of ${String(calls.length)}`,
      () =>
        replayCalls({
          calls,
          emulators,
          limitMilliseconds,
          stopped: stopped.signal,
          progress: (count) => (sent = count),
        }),
    );
    const report = reportOf(results, factor);
    process.stdout.write(
      isJson ? `${JSON.stringify(report, undefined, 2)}\n` : `${describeReport(report).join("\n")}\n`,
    );
    return report.differences.length > 0 ? 1 : 0;
  } catch (error) {
    if (stopped.signal.aborted) return 130;
    throw error;
  } finally {
    await emulators.close();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  }
}

interface Options {
  readonly file: string;
  readonly factor: number;
  readonly isJson: boolean;
  readonly isHelp: boolean;
}

function optionsOf(words: readonly string[]): Options {
  const { values, positionals } = parsed(words);
  const isHelp = values.help === true || positionals[0] === "help";
  const [file, ...more] = positionals;
  const factor = Number(values.factor ?? usualFactor);
  const faults = [
    ...(file === undefined ? ["FILE is required"] : []),
    ...(more.length > 0 ? [`one FILE is replayed, got ${more.join(" ")} as well`] : []),
    ...(factor > 1 ? [] : [`--factor must be a number above 1, got ${values.factor ?? ""}`]),
  ];
  if (!isHelp && faults.length > 0)
    throw new UserError(`bin/sandbox replay: ${faults.join("; ")}. ${seeHelp}`, 2);
  return { file: file ?? "", factor, isJson: values.json === true, isHelp };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        factor: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UserError(`bin/sandbox replay: ${(error as Error).message}. ${seeHelp}`, 2);
  }
}
