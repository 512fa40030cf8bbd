import { alterations } from "../alterations.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf } from "../thing.ts";

export const dropColumn: Rule = {
  name: "drop-column",
  class: "loses data",
  harm: "what the column holds is lost, and the running release still reads and writes it",
  remedy: "stop using it in one release, drop it in a later one",
  find: (statement) =>
    alterations(statement)
      .filter(({ subtype }) => subtype === "AT_DropColumn")
      .map(({ table, command }) => hitOn(columnOf(table, command.name ?? ""))),
};
