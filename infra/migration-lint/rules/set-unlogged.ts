import { alterations } from "../alterations.ts";
import { hitOn, type Rule } from "../rule.ts";

export const setUnlogged: Rule = {
  name: "set-unlogged",
  class: "loses data",
  harm: "the table is empty after the next crash or restart of the compute",
  remedy: "leave it logged",
  find: (statement) =>
    alterations(statement)
      .filter(({ subtype }) => subtype === "AT_SetUnLogged")
      .map(({ table }) => hitOn(table)),
};
