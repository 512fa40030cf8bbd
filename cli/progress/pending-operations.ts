/** The engine's own words (pulumi, pkg/resource/deploy: "pending operations from previous deployment"). */
const engineWords = /with \d+ pending operations? from previous deployment/;

const operation = /\*\s+(\S+), interrupted while (\w+)/g;

/**
 * Says in one line what the engine says in nine, in every run after one that was killed: our resources look for what is
 * there before they make anything, and a refresh makes the engine forget the interruption. Undefined for any other warning.
 */
export function pendingOperations(warning: string): string | undefined {
  if (!engineWords.test(warning)) return undefined;
  const interrupted = [...warning.matchAll(operation)].map(
    ([, urn = "", what = ""]) => `${urn.slice(urn.lastIndexOf("::") + 2)} (${what})`,
  );
  return (
    `an earlier rollout was interrupted at ${interrupted.join(", ") || "a step"}; this one looks for what it made. ` +
    "With --refresh this warning ends"
  );
}
