import type { Held, Kind, Node } from "./parser.ts";

/** What is only kept for later by a statement that holds it, and not done now. */
const keptForLater: readonly string[] = ["CreateFunctionStmt", "RuleStmt"];

/** Every node of one of the kinds that runs with a statement, the statement itself among them. */
export function nodesWithin<K extends Kind>(statement: Node, ...kinds: readonly K[]): readonly Held<K>[] {
  const found: Held<K>[] = [];
  const visit = (value: unknown, isRoot: boolean): void => {
    if (Array.isArray(value)) {
      for (const inner of value) visit(inner, false);
      return;
    }
    if (value === null || typeof value !== "object") return;
    for (const [key, inner] of Object.entries(value)) {
      if (!isRoot && keptForLater.includes(key)) continue;
      if ((kinds as readonly string[]).includes(key)) found.push(inner as Held<K>);
      if (!keptForLater.includes(key)) visit(inner, false);
    }
  };
  visit(statement, true);
  return found;
}
