import { alterations } from "../alterations.ts";
import { as, type Node } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf, relation, words } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

const restarts = (options: readonly Node[] | undefined): boolean =>
  (options ?? []).some((node) => as(node, "DefElem")?.defname === "restart");

export const resetSequence: Rule = {
  name: "reset-sequence",
  class: "breaks the running release",
  harm: "numbers may be given a second time, and inserts fail on them",
  remedy: "leave the counter; it need not be without gaps",
  find: (statement) => {
    const sequence = as(statement, "AlterSeqStmt");
    return [
      ...(sequence && restarts(sequence.options) ? [hitOn(relation("sequence", sequence.sequence))] : []),
      ...alterations(statement)
        .filter(
          ({ subtype, command }) => subtype === "AT_SetIdentity" && restarts(as(command.def, "List")?.items),
        )
        .map(({ table, command }) => hitOn(columnOf(table, command.name ?? ""))),
      ...nodesWithin(statement, "FuncCall")
        .filter(({ funcname }) => words(funcname).at(-1) === "setval")
        .map(({ args = [] }) => ({ subject: as(args[0], "A_Const")?.sval?.sval ?? "" })),
    ];
  },
};
