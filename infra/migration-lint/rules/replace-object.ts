import { alterations } from "../alterations.ts";
import { isSteady } from "../functions.ts";
import type { Known } from "../known.ts";
import { as, type Held, type Node } from "../parser.ts";
import { hitOn, type Hit, type Rule } from "../rule.ts";
import { display, relation, subjectOf, tableOf, thing, words } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

const withoutPlaces = (value: unknown): string =>
  JSON.stringify([value], (key, inner: unknown) =>
    key === "location" || key === "stmt_location" ? undefined : inner,
  );

/** Whether a view answers as before, perhaps with more columns behind those that it had. */
function isExtended(old: Held<"ViewStmt">, next: Held<"ViewStmt">): boolean {
  const [before, after] = [as(old.query, "SelectStmt"), as(next.query, "SelectStmt")];
  const [had, has] = [before?.targetList ?? [], after?.targetList ?? []];
  return (
    withoutPlaces({ ...before, targetList: [] }) === withoutPlaces({ ...after, targetList: [] }) &&
    old.withCheckOption === next.withCheckOption &&
    withoutPlaces(old.options) === withoutPlaces(next.options) &&
    withoutPlaces(old.aliases) === withoutPlaces(next.aliases) &&
    before?.distinctClause === undefined &&
    // A function in a new column may make several rows of one.
    has.slice(had.length).every((column) => nodesWithin(column, "FuncCall").length === 0) &&
    had.every((column, index) => withoutPlaces(column) === withoutPlaces(has[index]))
  );
}

const isInvoker = ({ options = [] }: Held<"ViewStmt">): boolean =>
  options.some((node) => as(node, "DefElem")?.defname === "security_invoker");

const newAgain = "leave OR REPLACE out where it is new";

function replacedView(view: Held<"ViewStmt">, known: Known): readonly Hit[] {
  if (view.replace !== true) return [];
  const old = known.history.view(relation("view", view.view));
  if (old && isExtended(old, view)) return [];
  const opens = old !== undefined && isInvoker(old) && !isInvoker(view);
  return [
    hitOn(relation("view", view.view), {
      ...(opens
        ? {
            harm: "it drops security_invoker: everyone who may read the view sees the rows that its owner sees",
          }
        : {}),
      ...(old
        ? {}
        : { harm: `where it is there already, the running release gets another one; ${newAgain}` }),
    }),
  ];
}

const codeOf = (routine: Held<"CreateFunctionStmt">): string =>
  withoutPlaces([routine.parameters, routine.returnType, routine.options, routine.sql_body]);

function replacedFunction(routine: Held<"CreateFunctionStmt">, known: Known): readonly Hit[] {
  const path = words(routine.funcname);
  const old = known.history.functions(path);
  const one = thing("function", path);
  if (routine.replace !== true)
    return old.length === 0 || known.trust(one) !== "no"
      ? []
      : [
          hitOn(one, {
            harm: "there are several functions of that name now, and a call of the running release may not show which is meant",
          }),
        ];
  if (old.some((before) => codeOf(before) === codeOf(routine))) return [];
  // A trigger function runs by a trigger alone, so where no migration made one it is new.
  const isTrigger = words(routine.returnType?.names).at(-1) === "trigger";
  if (old.length === 0)
    return isTrigger
      ? []
      : [
          hitOn(one, {
            harm: `where it is there already, the running release gets another one; ${newAgain}`,
          }),
        ];
  return [hitOn(one)];
}

/** A function, aggregate or operator that is taken for one of PostgreSQL's where its arguments fit better. */
function shadowing(statement: Node): readonly Hit[] {
  const routine = as(statement, "CreateFunctionStmt");
  const define = as(statement, "DefineStmt");
  const path = words(routine?.funcname ?? define?.defnames);
  const harm = "calls of the running release that mean PostgreSQL's own may mean this one now";
  if (define?.kind === "OBJECT_OPERATOR") return [{ subject: display(path), harm }];
  const isCallable = routine !== undefined || define?.kind === "OBJECT_AGGREGATE";
  const isOwn = path.length === 1 || path[0] === "public";
  return isCallable && isOwn && isSteady(path.slice(-1)) ? [{ subject: display(path), harm }] : [];
}

/** ALTER FUNCTION, and the settings of a view. */
function changed(statement: Node): readonly Hit[] {
  const routine = as(statement, "AlterFunctionStmt");
  return [
    ...(routine ? [hitOn(thing("function", words(routine.func?.objname)))] : []),
    ...alterations(statement)
      .filter(({ subtype, table }) => table.kind === "view" && /^AT_(?:Re)?[sS]etRelOptions$/.test(subtype))
      .map(({ table }) =>
        hitOn(table, {
          harm: "with other settings the view may show other rows, or refuse who reads or writes it",
        }),
      ),
  ];
}

export const replaceObject: Rule = {
  name: "replace-object",
  class: "breaks the running release",
  harm: "the running release uses it, and it may answer something else now",
  remedy: `make it under another name, and let the release that needs it use that; ${newAgain}`,
  find: (statement, known) => {
    const view = as(statement, "ViewStmt");
    const routine = as(statement, "CreateFunctionStmt");
    const trigger = as(statement, "CreateTrigStmt");
    const on = tableOf(trigger?.relation);
    const isNew =
      known.history.table(on) !== undefined &&
      !known.history.triggersOn(on).some((one) => one.trigname === trigger?.trigname);
    return [
      ...(view ? replacedView(view, known) : []),
      ...(routine ? replacedFunction(routine, known) : []),
      ...(trigger?.replace === true && !isNew
        ? [
            {
              subject: `${subjectOf(on)}.${display([trigger.trigname ?? ""])}`,
              of: on,
              harm: `where it is there already, what it did is not done any more; ${newAgain}`,
            },
          ]
        : []),
      ...shadowing(statement),
      ...changed(statement),
    ];
  },
};
