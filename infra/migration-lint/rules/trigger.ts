import { alterations } from "../alterations.ts";
import type { Known } from "../known.ts";
import { type Held, type Node, as, statementsIn } from "../parser.ts";
import { readBody } from "../read-body.ts";
import { type Hit, type Rule, hitOn } from "../rule.ts";
import { type Thing, columnOf, relation, tableOf, words } from "../thing.ts";
import { type TriggerBody, readTriggerBody } from "../trigger-body.ts";
import { triggerFaults } from "../trigger-faults.ts";
import { calledFunctions } from "./unreadable.ts";

/** PostgreSQL's bits of a trigger. */
const timing = { before: 2, insteadOf: 64 };
const events = { insert: 4, delete: 8, update: 16 };

interface Trigger {
  readonly stmt: Held<"CreateTrigStmt">;
  readonly on: Thing;
  readonly definitions: readonly Node[];
  readonly bodies: readonly TriggerBody[];
}

/** The triggers that a statement makes, or whose function it replaces. */
function triggersIn(statement: Node, known: Known): readonly Trigger[] {
  const created = as(statement, "CreateTrigStmt");
  const routine = as(statement, "CreateFunctionStmt");
  const stmts = created
    ? [created]
    : routine?.replace === true
      ? known.history.triggersOf(words(routine.funcname))
      : [];
  return stmts.map((stmt) => {
    const definitions = routine
      ? [statement]
      : known.bodiesOf(words(stmt.funcname)).map(({ definition }) => definition);
    return {
      stmt,
      on: ancestorOf(relation(stmt.timing === timing.insteadOf ? "view" : "table", stmt.relation), known),
      definitions,
      bodies: definitions.flatMap((definition) => readTriggerBody(definition, known.parser) ?? []),
    };
  });
}

/** The running release writes the rows of a partition through the table that it is one of, before it knows the partition. */
function ancestorOf(table: Thing, known: Known, passed: readonly Thing[] = []): Thing {
  const attached = known.statements
    .flatMap(alterations)
    .find(
      ({ subtype, command }) =>
        subtype === "AT_AttachPartition" &&
        known.history.isSame(tableOf(as(command.def, "PartitionCmd")?.name), table),
    );
  const parent = known.history.table(table)?.parent ?? attached?.table;
  if (!parent || passed.some((one) => known.history.isSame(one, parent))) return table;
  return ancestorOf(parent, known, [...passed, table]);
}

/** Whether a function calls one that raises an error, at any depth. */
function callsRaising(definition: Node, known: Known, seen: readonly Node[] = []): boolean {
  if (seen.includes(definition)) return false;
  const called = (readBody(definition, known.parser)?.statements ?? [])
    .flatMap(({ text }) => statementsIn(text, known.parser))
    .flatMap(calledFunctions)
    .flatMap((path) => known.bodiesOf(path).map((body) => body.definition));
  return called.some(
    (one) =>
      readTriggerBody(one, known.parser)?.raises === true || callsRaising(one, known, [...seen, definition]),
  );
}

const happensOn = ({ stmt }: Trigger, event: number): boolean => ((stmt.events ?? 0) & event) !== 0;

/** Whether a row that the running release writes may be dropped without an error. */
function drops(trigger: Trigger): readonly Hit[] {
  const answers = trigger.bodies.flatMap((body) => body.answers);
  const writes = happensOn(trigger, events.insert) || happensOn(trigger, events.update);
  const deletes = happensOn(trigger, events.delete);
  if (answers.includes("null") || (writes && !deletes && answers.includes("old")))
    return [hitOn(trigger.on, writes ? {} : keepsRows)];
  if (deletes && !writes && answers.includes("new")) return [hitOn(trigger.on, keepsRows)];
  if (answers.includes("other"))
    return [
      hitOn(trigger.on, {
        class: "cannot be read",
        harm: "which row the trigger returns is only known when it runs: it may drop or change what the running release writes",
      }),
    ];
  return [];
}

const keepsRows: Omit<Hit, "subject" | "of"> = {
  class: "breaks the running release",
  harm: "rows that the running release deletes stay, without an error",
};

function overwrites(trigger: Trigger): readonly Hit[] {
  const harm = "the trigger replaces what the running release writes into the column";
  return trigger.bodies
    .flatMap((body) => body.assignments)
    .filter(({ keeps }) => !keeps)
    .map(({ column }) =>
      column === undefined ? hitOn(trigger.on, { harm }) : hitOn(columnOf(trigger.on, column), { harm }),
    );
}

export const triggerDropsRows: Rule = {
  name: "trigger-drops-rows",
  class: "loses data",
  harm: "a row that the running release writes may be dropped without an error",
  remedy:
    "return the row, and let the release that needs it check in its own code, or fill columns that are NULL",
  find: (statement, known) =>
    triggersIn(statement, known).flatMap((trigger) => {
      const { stmt, on } = trigger;
      if (stmt.row !== true) return [];
      if (stmt.timing === timing.insteadOf)
        return [
          hitOn(on, {
            harm: "what the running release writes into the view does only what the trigger does with it",
          }),
        ];
      return stmt.timing === timing.before ? [...drops(trigger), ...overwrites(trigger)] : [];
    }),
};

export const triggerRefusesRows: Rule = {
  name: "trigger-refuses-rows",
  class: "breaks the running release",
  harm: "a statement of the running release fails where the trigger raises an error",
  remedy: "raise it in a release after the one whose code never meets it",
  find: (statement, known) =>
    triggersIn(statement, known).flatMap(({ stmt, on, bodies, definitions }) => [
      ...(stmt.row === true ? definitions : [])
        .flatMap((definition) => triggerFaults(stmt, on, definition, known))
        .map((fault) => hitOn(on, fault)),
      ...(bodies.some(({ raises }) => raises) || definitions.some((one) => callsRaising(one, known))
        ? [hitOn(on)]
        : []),
      ...(bodies.some(({ mayEnd }) => mayEnd)
        ? [
            hitOn(on, {
              harm: "the function of the trigger may end without RETURN, which fails the statement",
              remedy: "end it with RETURN NEW",
            }),
          ]
        : []),
    ]),
};

export const createRule: Rule = {
  name: "create-rule",
  class: "loses data",
  harm: "a rule puts something else in the place of what the running release writes, or nothing",
  remedy: "use a trigger, or change the application",
  find: (statement) => {
    const rule = as(statement, "RuleStmt");
    return rule ? [hitOn(tableOf(rule.relation))] : [];
  },
};
