/** What a run that was killed had begun, and of which the state does not know how it ended. */
export interface PendingOperation {
  readonly urn: string;
  /** In the engine's words: `creating`, `updating`, `deleting`, … */
  readonly what: string;
}

/** The engine's own words (pulumi, pkg/resource/deploy: "pending operations from previous deployment"). */
const engineText = /with \d+ pending operations? from previous deployment/;

const operation = /\*\s+(\S+), interrupted while (\w+)/g;

/** What the engine warns of at the beginning of a run, with one line for people; undefined for any other warning. */
export function interruptedAt(
  warning: string,
): { readonly operations: readonly PendingOperation[]; readonly text: string } | undefined {
  if (!engineText.test(warning)) return undefined;
  const operations = [...warning.matchAll(operation)].map(([, urn = "", what = ""]) => ({ urn, what }));
  return { operations, text: `an earlier rollout was killed at ${namesOf(operations) || "a step"}` };
}

/** `worker-deployment (updating), web-live (deleting)` */
export function namesOf(operations: readonly PendingOperation[]): string {
  return operations.map(({ urn, what }) => `${urn.slice(urn.lastIndexOf("::") + 2)} (${what})`).join(", ");
}

/**
 * The words of a run that takes over what is really there, and then forgets what was pending. Of a creation the state has nothing to
 * look for: the next run finds by its name or mark what it has made. Nothing else is read, so that it stays what it is: a
 * change out of band is for `--refresh`.
 *
 * @param runText the words of that next run, whose file of settings is used here too.
 */
export function settlingText(
  runText: readonly string[],
  stack: string,
  pending: readonly PendingOperation[],
): readonly string[] {
  const file = runText.indexOf("--config-file");
  const urns = new Set(pending.filter(({ what }) => isInState(what)).map(({ urn }) => urn));
  return [
    ...["refresh", "--stack", stack, "--yes", "--skip-preview", "--clear-pending-creates"],
    ...(file < 0 ? [] : runText.slice(file, file + 2)),
    ...(urns.size === 0 ? ["--exclude", "**"] : [...urns].flatMap((urn) => ["--target", urn])),
  ];
}

/** Whether the state has what it befell. The engine refuses to look for anything that it does not have. */
const isInState = (what: string): boolean => what === "updating" || what === "deleting";
