import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { killTree } from "../../sandbox/kill-tree.ts";
import type { Victim } from "./plan.ts";

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly command: string;
}

/** What a rollout's processes are, by their command lines; the command child is what the plugin of commands has started. */
const marks: Readonly<
  Record<Exclude<Victim, "clouds" | "everything">, (seen: Seen, all: ReadonlyMap<number, Seen>) => boolean>
> = {
  engine: ({ pid, command }) => / (up|refresh) /.test(`${command} `) && programOf(pid) === "pulumi",
  "language host": ({ command }) => /pulumi-language-nodejs/.test(command),
  program: ({ command }) => /@pulumi\/pulumi\/cmd\/run/.test(command),
  provider: ({ command }) => /pulumi-resource-pulumi-nodejs/.test(command) && /^\S*node\s/.test(command),
  flyctl: ({ command }) => /flyctl\b.* deploy\b/.test(command),
  command: ({ parent }, all) => isCommandPlugin(all.get(parent)),
};

const isCommandPlugin = (seen: Seen | undefined): boolean =>
  seen !== undefined && /pulumi-resource-command/.test(seen.command);

/** The processes that are meant, of all that have come of the root; none while there is none. */
export function findVictims(victim: Victim, root: number, home: string): readonly number[] {
  if (victim === "everything") return [root];
  if (victim === "clouds") return cloudsOf(home);
  const all = processesOf(root);
  return [...all.values()].filter((seen) => marks[victim](seen, all)).map(({ pid }) => pid);
}

/** Kills them at once, without a chance to clean up. The root is killed with all that have come of it. */
export async function killVictims(victim: Victim, pids: readonly number[]): Promise<void> {
  if (victim === "everything") return killTree(pids[0] ?? Number.NaN);
  for (const pid of pids)
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by now.
    }
}

function cloudsOf(home: string): readonly number[] {
  try {
    const { pid } = JSON.parse(readFileSync(join(home, "endpoints.json"), "utf8")) as {
      readonly pid: number;
    };
    return [pid];
  } catch {
    return [];
  }
}

/** By number: the root and what has come of it, also what leads a session of its own. */
function processesOf(root: number): ReadonlyMap<number, Seen> {
  const listed = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,sess=,args="], { encoding: "utf8" });
  const all = [...listed.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/gm)].map(
    ([, pid, parent, session, command = ""]) => ({
      ...{ pid: Number(pid), parent: Number(parent), session: Number(session), command },
    }),
  );
  const found = new Map<number, Seen>();
  for (let size = -1; size < found.size;) {
    size = found.size;
    for (const seen of all)
      if (seen.pid === root || seen.session === root || found.has(seen.parent) || found.has(seen.session))
        found.set(seen.pid, seen);
  }
  return found;
}

function programOf(pid: number): string {
  try {
    return basename(readlinkSync(`/proc/${String(pid)}/exe`));
  } catch {
    return "";
  }
}
