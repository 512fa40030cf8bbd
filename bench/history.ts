import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchCommands } from "./commands.ts";
import { commandsIn } from "./commands.ts";
import { median } from "./figures.ts";
import type { Comparison } from "./rollout.ts";

export interface HistoryOptions {
  /** Of each, four turns. */
  readonly runs: number;
  /** How many the record has, in the longer one of both. */
  readonly releases: number;
}

const checkout = join(import.meta.dirname, "..");
const turnsInRun = 4;
const [up, preview] = [
  ["pulumi", "up", "--stack", "staging", "--yes", "--skip-preview"],
  ["pulumi", "preview", "--stack", "staging"],
] as const;

/** Runs without a change over a long record and over one of a single release, in two sandboxes that take turns. */
export async function benchHistory(
  { runs, releases }: HistoryOptions,
  say: (line: string) => void,
): Promise<readonly Comparison[]> {
  const folder = mkdtempSync(join(tmpdir(), "atlaris-history-"));
  const [long, short] = [
    commandsIn(join(folder, "long"), checkout),
    commandsIn(join(folder, "short"), checkout),
  ];
  try {
    say(`entering ${String(releases - 1)} releases into a record, and rolling the last one out`);
    await fill(long, join(folder, "long"), releases - 1);
    await long(up);
    say("rolling out where there is no record");
    await short(up);
    const [ups, previews] = [turns(), turns()];
    for (let turn = 1; turn <= runs * turnsInRun; turn += 1) {
      say(`turn ${String(turn)} of ${String(runs * turnsInRun)}`);
      for (const [words, times] of [
        [up, ups],
        [preview, previews],
      ] as const) {
        times.long.push((await long(words)).seconds);
        times.short.push((await short(words)).seconds);
      }
    }
    const after = `after ${releases.toLocaleString("en-US")} releases`;
    return [
      compared(`up with nothing changed, ${after}`, ups),
      compared(`preview with nothing changed, ${after}`, previews),
    ];
  } finally {
    await Promise.all([long(["stop"]), short(["stop"])]);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Turns {
  readonly long: number[];
  readonly short: number[];
}

const turns = (): Turns => ({ long: [], short: [] });

function compared(name: string, { long, short }: Turns): Comparison {
  return {
    ...{ name, seconds: median(long), runs: long },
    beside: { name: "after one release", seconds: median(short) },
  };
}

async function fill(sandbox: BenchCommands, home: string, releases: number): Promise<void> {
  // Lays the sandbox's copy of the settings, with its addresses and keys in them.
  await sandbox(["pulumi", "config", "--stack", "staging"]);
  const settings = join(home, "stacks", "Pulumi.staging.yaml");
  const program = join("bench", "fill-record.ts");
  await sandbox(["node", "--require", "tsx/cjs", program, settings, String(releases)]);
}
