import { CannotBeRebuilt, textsOfCommit } from "../../shared/files-of-commit.ts";
import type { Composition } from "./entry.ts";
import { partsOf } from "./entry.ts";

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

/** Where a release may have its variables from. */
export interface Declaration {
  /** The variables that the checkout and its settings give. */
  readonly today: Variables;
  /** Commits that the release is made of. */
  readonly commits: readonly string[];
  /** Files in which a commit names its variables, from the project's folder. */
  readonly files: readonly string[];
  /** The project's folder in a clone that has the commits. */
  readonly clone: string;
  readonly signal: AbortSignal;
}

/** The commits that a release is made of. */
export function commitsOf(composition: Composition, ...others: readonly string[]): readonly string[] {
  const all = [...others, ...Object.values(partsOf(composition)).map(({ commit }) => commit)];
  // Where the tree had been changed the digest of that stands behind the commit.
  return [...new Set(all.map((commit) => commit.replace(/^([0-9a-f]{40}).*$/, "$1")))];
}

/**
 * A variable of a recorded release runs when the checkout gives one of its name, or a commit of the release names it: a record
 * is not where a name may come from.
 *
 * @throws Error that names the others.
 * @throws CannotBeRebuilt where that depends on a commit which cannot be read here.
 */
export async function requireDeclared(
  { web, workers }: Variables,
  { today, commits, files, clone, signal }: Declaration,
): Promise<void> {
  const isNew = (own: Values, now: Values): readonly string[] =>
    Object.keys(own).filter((name) => !Object.hasOwn(now, name));
  const unknown = [...new Set([...isNew(web, today.web), ...isNew(workers, today.workers)])];
  if (unknown.length === 0) return;
  const faults: string[] = [];
  const read = async (commit: string): Promise<readonly string[]> => {
    try {
      return await textsOfCommit(commit, clone, { files, signal });
    } catch (error) {
      if (!(error instanceof CannotBeRebuilt)) throw error;
      faults.push(error.message);
      return [];
    }
  };
  const texts = (await Promise.all(commits.map(read))).flat();
  const named = new Set(texts.flatMap((text) => text.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? []));
  const undeclared = unknown.filter((name) => !named.has(name));
  if (undeclared.length === 0) return;
  const what = `the record gives the release the variables ${undeclared.join(", ")}`;
  if (faults.length > 0)
    throw new CannotBeRebuilt(`${what}, and whether it declared them cannot be seen: ${faults.join("; ")}`);
  throw new Error(
    `${what}, which neither today's settings name nor ${files.join(" or ")} of ${commits.map((each) => each.slice(0, 12)).join(", ")}. ` +
      "A user may have changed the record: choose another release, or name them under rollout:variables",
  );
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
