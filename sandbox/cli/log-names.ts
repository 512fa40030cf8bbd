import { closest, distance } from "fastest-levenshtein";

/** What of Vercel's state names the logs of its functions. */
export interface WebNames {
  /** Names of projects by id. */
  readonly projects: Readonly<Record<string, { readonly name: string }>>;
  readonly deployments: Readonly<
    Record<string, { readonly id: string; readonly projectId: string; readonly createdAt: number }>
  >;
}

/** A name that `bin/sandbox logs` takes, and the logs that it shows, the oldest first. */
export interface NamedLogs {
  readonly name: string;
  readonly logs: readonly string[];
}

/** Of Fly's machines, behind the name of the app. */
const machine = /-[0-9a-f]{14}$/;

/**
 * The names of logs for users: `web` for the functions of all web deployments, a Vercel project for those of its own, and
 * an app for its machines; everything else by the log's own name.
 */
export function namedLogs(
  logs: readonly string[],
  { projects, deployments }: WebNames,
): readonly NamedLogs[] {
  const ofWeb = Object.values(deployments)
    .toSorted((one, other) => one.createdAt - other.createdAt)
    .flatMap(({ id, projectId }) =>
      logs.filter((log) => log.startsWith(`vercel-${id}-`)).map((log) => ({ log, projectId })),
    );
  const of = (projectId: string): readonly string[] =>
    ofWeb.filter((each) => each.projectId === projectId).map(({ log }) => log);
  const others = logs.filter((log) => !ofWeb.some((each) => each.log === log));
  const names = [...new Set(others.map((log) => log.replace(machine, "")))];
  return [
    { name: "web", logs: ofWeb.map(({ log }) => log) },
    ...Object.entries(projects).map(([id, { name }]) => ({ name, logs: of(id) })),
    ...names.map((name) => ({ name, logs: others.filter((log) => log.replace(machine, "") === name) })),
  ].filter((each) => each.logs.length > 0);
}

/** The logs that a user asks for by a name, by a deployment's id, or by what a log's own name begins with. */
export function logsNamed(
  name: string,
  logs: readonly string[],
  known: readonly NamedLogs[],
): readonly string[] {
  const found = known.find((each) => each.name === name);
  if (found) return found.logs;
  const begins = [name, `vercel-${name}`];
  return logs.filter((log) =>
    begins.some((each) => log === each || log.startsWith(`${each}-`) || log.startsWith(`${each}.`)),
  );
}

/** The message about a name that nothing has run as. */
export function unknownLogs(name: string, known: readonly NamedLogs[]): string {
  const names = known.map((each) => each.name);
  if (names.length === 0) return `Nothing has run as ${name}. Nothing has run yet.`;
  const near = closest(name, names);
  const isNear = distance(name, near) <= Math.max(1, Math.floor(name.length / 3));
  const meant = isNear ? ` Did you mean: bin/sandbox logs ${near}` : "";
  return `Nothing has run as ${name}.${meant}\nThere is:\n${names.map((each) => `  ${each}`).join("\n")}`;
}
