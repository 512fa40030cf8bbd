import type { Composition } from "./entry.ts";

type Variables = Composition["variables"];
type Values = Readonly<Record<string, string>>;

/** Sets where a process sends what it is given, keys included. */
const isAddress = (name: string): boolean => name.endsWith("_BASE_URL");

const ordinary = /^[A-Z_][A-Z0-9_]*$/;
/** What changes how a process is run, and what tools and this program read. */
const ofProcesses =
  /^(NODE|NPM|LD|DYLD|GIT|BASH|SSL|PULUMI|ROLLOUT|NEON|FLY|VERCEL|GITHUB)_|^(PATH|HOME|SHELL|ENV|IFS|TMPDIR)$|_PROXY$/;

/**
 * The plain variables of a recorded release as they may run with today's secrets: the addresses are today's, so that no key
 * goes where an earlier release had it go.
 */
export function withTodaysAddresses(recorded: Variables, today: Variables): Variables {
  const merge = (own: Values, now: Values): Record<string, string> => ({
    ...Object.fromEntries(Object.entries(own).filter(([name]) => !isAddress(name))),
    ...Object.fromEntries(Object.entries(now).filter(([name]) => isAddress(name))),
  });
  return { web: merge(recorded.web, today.web), workers: merge(recorded.workers, today.workers) };
}

/** @throws Error that names variables which no rollout records, and which would change how a process here is run. */
export function requireOrdinary({ web, workers }: Variables): void {
  const found = [...Object.keys(web), ...Object.keys(workers)].filter(
    (name) => !ordinary.test(name) || ofProcesses.test(name),
  );
  if (found.length > 0)
    throw new Error(
      `the live release has the variables ${[...new Set(found)].join(", ")} on record, with which nothing is run here: ` +
        "take them out of rollout:variables and roll out again",
    );
}
