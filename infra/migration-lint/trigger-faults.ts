import { withoutComments } from "./comments.ts";
import type { Known } from "./known.ts";
import { mayRaise } from "./may-raise.ts";
import { as, type Held, type Node, statementsIn } from "./parser.ts";
import { codeOf, readBody } from "./read-body.ts";
import type { Hit } from "./rule.ts";
import { subjectOf, tableOf, type Thing, words } from "./thing.ts";
import { nodesWithin } from "./walk.ts";

/** What a row trigger's function does that fails for some rows, as far as it can be seen. */
export function triggerFaults(
  stmt: Held<"CreateTrigStmt">,
  on: Thing,
  definition: Node,
  known: Known,
): readonly Omit<Hit, "subject" | "of">[] {
  const body = (readBody(definition, known.parser)?.statements ?? []).flatMap(({ text }) =>
    statementsIn(text, known.parser),
  );
  const code = withoutComments(codeOf(definition));
  return [
    ...(setsItselfOff(stmt, on, body, code, known)
      ? [
          {
            harm: "the trigger's function writes the trigger's own table, which sets the trigger off again without an end",
            remedy: "set the columns of NEW before the row is written, or stop at pg_trigger_depth() > 0",
          },
        ]
      : []),
    ...(body.some(notifiesRow)
      ? [
          {
            harm: "pg_notify refuses more than 8000 bytes, and with it the row that the running release writes",
            remedy: "send the row's id, and let the listener read the row",
          },
        ]
      : []),
    ...(body.some((node) => mayRaise(node))
      ? [
          {
            harm: "the trigger's function divides by a column or casts one, which fails for some values, and with it the statement",
            remedy: "keep such values out: NULLIF(column, 0), or a CASE before the cast",
          },
        ]
      : []),
    ...unknownColumns(on, body, code, known).map((column) => ({
      harm: `NEW has no ${column}, by the migrations: every statement that sets the trigger off fails`,
      remedy: "add the column before, or leave it out of the function",
    })),
    ...body.flatMap((node) => refusedInserts(node, stmt, on, known)),
  ];
}

const events = { insert: 4, delete: 8, update: 16 };

function setsItselfOff(
  { events: own = 0, columns = [], whenClause }: Held<"CreateTrigStmt">,
  on: Thing,
  body: readonly Node[],
  code: string,
  known: Known,
): boolean {
  if (whenClause !== undefined || /pg_trigger_depth/i.test(code)) return false;
  const isOn = ({ relation }: { readonly relation?: Parameters<typeof tableOf>[0] }): boolean =>
    known.history.isSame(tableOf(relation), on);
  const of = words(columns);
  return body.some(
    (node) =>
      ((own & events.insert) !== 0 && nodesWithin(node, "InsertStmt").some(isOn)) ||
      ((own & events.delete) !== 0 && nodesWithin(node, "DeleteStmt").some(isOn)) ||
      ((own & events.update) !== 0 &&
        nodesWithin(node, "UpdateStmt").some(
          (update) =>
            isOn(update) &&
            (of.length === 0 ||
              (update.targetList ?? []).some((target) => of.includes(as(target, "ResTarget")?.name ?? ""))),
        )),
  );
}

/** Names of columns whose values are short. */
const short = /^(?:id|.*_id|.*Id)$/;

/** Whether the row, or a column that may be long, is sent to listeners. */
function notifiesRow(statement: Node): boolean {
  return nodesWithin(statement, "FuncCall")
    .filter(({ funcname }) => words(funcname).at(-1) === "pg_notify")
    .flatMap(({ args = [] }) => args.slice(1))
    .flatMap((payload) => nodesWithin({ List: { items: [payload] } }, "ColumnRef"))
    .some(({ fields }) => {
      const path = words(fields);
      return path.length > 1 ? !short.test(path.at(-1) ?? "") : !/^tg_/.test(path[0] ?? "");
    });
}

function unknownColumns(on: Thing, body: readonly Node[], code: string, known: Known): readonly string[] {
  const facts = known.history.table(on);
  if (!facts?.isComplete || /tg_table_name|tg_relname/i.test(code)) return [];
  const later = known.statements
    .flatMap((node) => nodesWithin(node, "AlterTableCmd"))
    .flatMap(({ def }) => as(def, "ColumnDef")?.colname ?? []);
  const read = body
    .flatMap((node) => nodesWithin(node, "ColumnRef"))
    .map(({ fields }) => words(fields))
    .filter(([row]) => row === "new")
    .map(([, column = ""]) => column);
  const set = [...code.matchAll(/\bnew\s*\.\s*([a-z_][a-z0-9_]*)/gi)].map(([, column = ""]) =>
    column.toLowerCase(),
  );
  return [...new Set([...read, ...set])].filter(
    (column) => column !== "" && !facts.columns.has(column) && !later.includes(column),
  );
}

/** An INSERT into a table that migrations made, whose constraints may refuse what the row brings. */
function refusedInserts(
  statement: Node,
  { events: own = 0 }: Held<"CreateTrigStmt">,
  on: Thing,
  known: Known,
): readonly Omit<Hit, "subject" | "of">[] {
  return nodesWithin(statement, "InsertStmt").flatMap((insert) => {
    const table = tableOf(insert.relation);
    const facts = known.history.table(table);
    if (!facts?.isComplete) return [];
    const select = as(insert.selectStmt, "SelectStmt");
    const values =
      as(select?.valuesLists?.[0], "List")?.items ??
      (select?.targetList ?? []).map((node) => as(node, "ResTarget")?.val);
    const named = (insert.cols ?? []).map((node) => as(node, "ResTarget")?.name ?? "");
    const columns = named.length > 0 ? named : [...facts.columns.keys()].slice(0, values.length);
    const valueOf = (column: string): Node | undefined => values[columns.indexOf(column)];
    const mayBeNull = (value: Node | undefined): boolean => {
      if (value === undefined) return false;
      const [row, column = ""] = words(as(value, "ColumnRef")?.fields);
      if (row !== "new" && row !== "old") return as(value, "A_Const")?.isnull === true;
      return column !== "id" && known.history.column(on, column)?.isRequired !== true;
    };
    const empty = [...facts.columns].flatMap(([column, { isRequired, hasDefault, isCounter }]) =>
      isRequired &&
      (columns.includes(column) ? mayBeNull(valueOf(column)) : values.length > 0 && !hasDefault && !isCounter)
        ? [column]
        : [],
    );
    const isOnce = own === events.insert;
    const twice =
      insert.onConflictClause === undefined &&
      facts.keys.some(
        (key) =>
          key.some((column) => columns.includes(column)) &&
          !(isOnce && key.some((column) => words(as(valueOf(column), "ColumnRef")?.fields).at(-1) === "id")),
      );
    return [
      ...empty.map((column) => ({
        harm: `the trigger's function may write NULL into ${subjectOf(table)}.${column}, which refuses it, and with it the row that the running release writes`,
        remedy: "leave NOT NULL out there, or COALESCE in the function",
      })),
      ...(twice
        ? [
            {
              harm: `the trigger's function may write a key into ${subjectOf(table)} a second time, which fails, and with it the statement of the running release`,
              remedy: "ON CONFLICT DO NOTHING in the function, or no key there",
            },
          ]
        : []),
    ];
  });
}
