/** The engine's own words (pulumi, pkg/resource/deploy: "pending operations from previous deployment"). */
const engineWords = /with \d+ pending operations? from previous deployment/;

const operation = /\*\s+(\S+), interrupted while (\w+)/g;

/**
 * Says in one line what the engine says in nine, in every run after one that was killed: our resources look for what is
 * there before they make anything. A refresh makes the engine forget an interruption, except a creation, which it forgets
 * by an option of its own. Undefined for any other warning.
 */
export function pendingOperations(warning: string): string | undefined {
  if (!engineWords.test(warning)) return undefined;
  const found = [...warning.matchAll(operation)].map(([, urn = "", what = ""]) => ({ urn, what }));
  const interrupted = found.map(({ urn, what }) => `${urn.slice(urn.lastIndexOf("::") + 2)} (${what})`);
  const stack = /^urn:pulumi:(.+?)::/.exec(found[0]?.urn ?? "")?.[1] ?? "STACK";
  const ends = found.some(({ what }) => what === "creating")
    ? `After a rollout that succeeded this warning ends with: pulumi refresh --stack ${stack} --clear-pending-creates --yes`
    : "With --refresh this warning ends";
  return `an earlier rollout was interrupted at ${interrupted.join(", ") || "a step"}; this one looks for what it made. ${ends}`;
}
