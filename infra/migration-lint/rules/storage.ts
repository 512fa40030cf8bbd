import { alterations } from "../alterations.ts";
import { as, type Node } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf, words } from "../thing.ts";

export const plainStorage: Rule = {
  name: "plain-storage",
  class: "breaks the running release",
  harm: "a row with a value of more than about 8 kB is refused, which was stored apart before",
  remedy: "EXTERNAL or MAIN instead of PLAIN",
  find: (statement) =>
    alterations(statement)
      .filter(
        ({ subtype, command }) =>
          subtype === "AT_SetStorage" && as(command.def, "String")?.sval?.toLowerCase() === "plain",
      )
      .map(({ table, command }) => hitOn(columnOf(table, command.name ?? ""))),
};

const off: readonly string[] = ["false", "off", "no", "f", "n", "0"];

function valueOf(node: Node | undefined): string {
  const boolean = as(node, "Boolean");
  if (boolean) return String(boolean.boolval === true);
  return (
    as(node, "String")?.sval ??
    words(as(node, "TypeName")?.names).at(-1) ??
    String(as(node, "Integer")?.ival ?? 0)
  ).toLowerCase();
}

export const vacuumOff: Rule = {
  name: "vacuum-off",
  class: "breaks the running release",
  harm: "dead rows are no longer removed: the table and its queries get slower until it is switched on again",
  remedy: "leave it on; autovacuum_vacuum_cost_delay and the thresholds make it gentler",
  find: (statement) =>
    alterations(statement)
      .filter(
        ({ subtype, command }) =>
          subtype === "AT_SetRelOptions" &&
          (as(command.def, "List")?.items ?? []).some((node) => {
            const option = as(node, "DefElem");
            return (
              option?.defname === "autovacuum_enabled" &&
              option.arg !== undefined &&
              off.includes(valueOf(option.arg))
            );
          }),
      )
      .map(({ table }) => hitOn(table)),
};
