import { alterations } from "../alterations.ts";
import { as } from "../parser.ts";
import { type Rule } from "../rule.ts";
import { subjectOf, tableOf } from "../thing.ts";

export const detachPartition: Rule = {
  name: "detach-partition",
  class: "breaks the running release",
  harm: "its rows are gone for everyone who asks the parent",
  remedy: "detach it in a release after the one that needs the rows no more",
  find: (statement) =>
    alterations(statement).flatMap(({ subtype, command, table }) => {
      if (subtype === "AT_DetachPartition" || subtype === "AT_DetachPartitionFinalize") {
        const partition = tableOf(as(command.def, "PartitionCmd")?.name);
        return [{ subject: subjectOf(partition), of: partition }];
      }
      return subtype === "AT_DropInherit" ? [{ subject: subjectOf(table), of: table }] : [];
    }),
};

export const attachPartition: Rule = {
  name: "attach-partition",
  class: "locks",
  harm: "every row of a table that is there is checked while nobody reads or writes it",
  remedy:
    "give it before, in a release of its own, a validated CHECK that says the same as the partition's bounds; declare it then",
  find: (statement) =>
    alterations(statement)
      .filter(({ subtype }) => subtype === "AT_AttachPartition")
      .map(({ command }) => tableOf(as(command.def, "PartitionCmd")?.name))
      .map((partition) => ({ subject: subjectOf(partition), of: partition })),
};
