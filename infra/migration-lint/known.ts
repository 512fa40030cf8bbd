import { addedColumns, addedConstraints, alterations } from "./alterations.ts";
import { History } from "./history.ts";
import { as, type Held, type Node, type Parser } from "./parser.ts";
import { changesMeaning } from "./search-path.ts";
import type { ThingKind, Thing } from "./thing.ts";
import { columnOf, constraintOf, pathOf, relation, tableOf, thing, words } from "./thing.ts";

/** Whether a thing is new: made by this migration for sure, perhaps (IF NOT EXISTS, in a branch of a function), or not. */
export type Trust = "surely" | "maybe" | "no";

/** The body of a function that a migration made. */
export interface FunctionBody {
  readonly definition: Node;
  readonly text: string;
}

const rank: readonly Trust[] = ["no", "maybe", "surely"];
const better = (one: Trust, other: Trust): Trust => (rank.indexOf(one) > rank.indexOf(other) ? one : other);
const worse = (one: Trust, other: Trust): Trust => (rank.indexOf(one) < rank.indexOf(other) ? one : other);

const droppedKinds: Readonly<Record<string, ThingKind>> = {
  OBJECT_TABLE: "table",
  OBJECT_FOREIGN_TABLE: "table",
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "view",
  OBJECT_INDEX: "index",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_TYPE: "type",
  OBJECT_DOMAIN: "type",
  OBJECT_SCHEMA: "schema",
  OBJECT_FUNCTION: "function",
  OBJECT_PROCEDURE: "function",
  OBJECT_ROUTINE: "function",
};

/** The kind of thing that a DROP, RENAME or SET SCHEMA is about, where it is one that migrations make. */
export function kindOf(objectType: string | undefined): ThingKind | undefined {
  return droppedKinds[objectType ?? ""];
}

/** What the migrations before a statement have made, as far as they show it. */
export class Known {
  readonly #made = new Map<string, Trust>();
  readonly #addedConstraints = new Set<string>();
  readonly #notNullChecks = new Map<string, string>();
  readonly #neverNull = new Set<string>();
  readonly #functions = new Map<string, FunctionBody[]>();

  readonly history = new History();
  readonly parser: Parser;
  /** The statements of this migration, also those behind the one that is judged. */
  statements: readonly Node[] = [];

  constructor(parser: Parser) {
    this.parser = parser;
  }

  /** What the migrations so far have made is there when the next one begins. */
  beginMigration(name: string, statements: readonly Node[]): void {
    this.statements = statements;
    this.history.beginMigration(name);
    this.#made.clear();
    this.#addedConstraints.clear();
  }

  /** Whether this migration has made it, alone, with its table or with its schema. */
  trust(one: Thing): Trust {
    const own = this.#made.get(this.#key(one)) ?? "no";
    const within = one.table
      ? this.trust(one.table)
      : one.schema === undefined
        ? "no"
        : (this.#made.get(`schema ${one.schema}`) ?? "no");
    return better(own, within);
  }

  /** Whether this migration has added the constraint to a table that was there. */
  hasAdded(constraint: Thing): boolean {
    return this.#addedConstraints.has(this.#key(constraint));
  }

  /** Whether a validated check has proven that the column holds no NULL. */
  isNeverNull(column: Thing): boolean {
    return this.#neverNull.has(this.#key(column));
  }

  /** The bodies of the functions of that name that migrations have made; empty where none has. */
  bodiesOf(path: readonly string[]): readonly FunctionBody[] {
    return this.#functions.get(this.#key(thing("function", path))) ?? [];
  }

  /** Takes in what a statement does, once it has been judged. `trust` is "maybe" for what may not run or may fail. */
  learn(statement: Node, text: string, trust: Trust = "surely"): void {
    this.#learnMade(statement, text, trust);
    this.#learnConstraints(statement);
    this.#learnDoubts(statement);
    this.#learnMoved(statement);
    this.history.learn(statement, trust === "surely");
  }

  #learnMade(statement: Node, text: string, trust: Trust): void {
    for (const { one, mayBeThere } of [...relationsMade(statement), ...othersMade(statement)])
      this.#made.set(this.#key(one), worse(trust, mayBeThere === true ? "maybe" : "surely"));
    const routine = as(statement, "CreateFunctionStmt");
    if (!routine) return;
    const key = this.#key(thing("function", words(routine.funcname)));
    this.#functions.set(key, [...(this.#functions.get(key) ?? []), { definition: statement, text }]);
  }

  #learnConstraints(statement: Node): void {
    for (const { table, constraint } of addedConstraints(statement)) {
      const one = constraintOf(table, constraint.conname ?? "");
      this.#made.set(this.#key(one), "surely");
      this.#addedConstraints.add(this.#key(one));
      const column =
        notNullColumn(constraint.raw_expr) ??
        (constraint.contype === "CONSTR_NOTNULL" ? words(constraint.keys)[0] : undefined);
      if (column !== undefined) this.#notNullChecks.set(this.#key(one), this.#key(columnOf(table, column)));
    }
    for (const { subtype, command, table } of alterations(statement)) {
      const key = this.#key(constraintOf(table, command.name ?? ""));
      const column = this.#notNullChecks.get(key);
      if (subtype === "AT_ValidateConstraint" && column !== undefined) this.#neverNull.add(column);
      if (subtype === "AT_DropConstraint" && column !== undefined) {
        this.#notNullChecks.delete(key);
        this.#neverNull.delete(column);
      }
    }
  }

  /** What was made new but holds something old now is not for throwing away any more. */
  #learnDoubts(statement: Node): void {
    for (const { subtype, command, table } of alterations(statement)) {
      if (subtype === "AT_AttachPartition") this.#doubt(table);
      if (subtype === "AT_AddInherit") this.#doubt(tableOf(as(command.def, "RangeVar")));
    }
    const added = [
      ...addedConstraints(statement),
      ...addedColumns(statement).flatMap(({ table, constraints }) =>
        constraints.map((constraint) => ({ table, constraint })),
      ),
    ];
    for (const { table, constraint } of added)
      if (constraint.contype === "CONSTR_FOREIGN" && this.trust(table) !== "surely")
        this.#doubt(tableOf(constraint.pktable));
    const trigger = as(statement, "CreateTrigStmt") ?? as(statement, "RuleStmt");
    if (trigger) this.#doubt(tableOf(trigger.relation));
    if (changesMeaning(statement)) this.#made.clear();
  }

  #learnMoved(statement: Node): void {
    const drop = as(statement, "DropStmt");
    const kind = kindOf(drop?.removeType);
    if (drop && kind) for (const object of drop.objects ?? []) this.#forget(thing(kind, pathOf(object)));
    const rename = as(statement, "RenameStmt");
    if (rename) this.#learnRenamed(rename);
    for (const { subtype, command, table } of alterations(statement))
      if (subtype === "AT_DropColumn") this.#forget(columnOf(table, command.name ?? ""));
    const move = as(statement, "AlterObjectSchemaStmt");
    if (move?.newschema !== undefined) {
      this.#made.delete(`schema ${move.newschema}`);
      const from = relation("table", move.relation);
      this.#forget(from);
      this.#forget({ ...from, schema: move.newschema });
    }
  }

  #learnRenamed(rename: Held<"RenameStmt">): void {
    const renamed = kindOf(rename.renameType);
    if (renamed) {
      const from = rename.relation
        ? relation(renamed, rename.relation)
        : thing(renamed, rename.subname ? [rename.subname] : pathOf(rename.object));
      const trust = this.#made.get(this.#key(from)) ?? "no";
      this.#forget(from);
      const to = { ...from, name: rename.newname ?? "" };
      if (trust === "no") this.#forget(to);
      else this.#made.set(this.#key(to), trust);
    }
    if (rename.renameType === "OBJECT_COLUMN") {
      const table = tableOf(rename.relation);
      this.#forget(columnOf(table, rename.subname ?? ""));
      this.#forget(columnOf(table, rename.newname ?? ""));
    }
  }

  #doubt(one: Thing): void {
    if (this.trust(one) === "no") return;
    this.#made.set(this.#key(one), "maybe");
    if (one.schema !== undefined && this.#made.has(`schema ${one.schema}`))
      this.#made.set(`schema ${one.schema}`, "maybe");
  }

  #forget(one: Thing): void {
    const key = this.#key(one);
    this.#made.delete(key);
    if (one.kind !== "table") return;
    const columns = `${key.replace("table ", "column ")}.`;
    for (const other of this.#made.keys()) if (other.startsWith(columns)) this.#made.delete(other);
  }

  /** A bare name means the temporary table where there is one, and else the one in `public`. */
  #key(one: Thing): string {
    if (one.table) return `${one.kind} ${this.#key(one.table).replace(/^\w+ /, "")}.${one.name}`;
    if (one.kind === "schema") return `schema ${one.name}`;
    if (one.schema !== undefined) return `${one.kind} ${one.schema}.${one.name}`;
    const temporary = `${one.kind} pg_temp.${one.name}`;
    return this.#made.has(temporary) ? temporary : `${one.kind} public.${one.name}`;
  }
}

interface Made {
  readonly one: Thing;
  /** Whether it may have been there already: IF NOT EXISTS, OR REPLACE. */
  readonly mayBeThere: boolean | undefined;
}

const made = (one: Thing, mayBeThere?: boolean): Made => ({ one, mayBeThere });

/** Tables, views and sequences that a statement makes. */
function relationsMade(statement: Node): readonly Made[] {
  const table = as(statement, "CreateStmt") ?? as(statement, "CreateForeignTableStmt")?.base;
  if (table) return [made(tableOf(table.relation), table.if_not_exists)];
  const query = as(statement, "CreateTableAsStmt");
  if (query) {
    const kind = query.objtype === "OBJECT_MATVIEW" ? "view" : "table";
    return [made(relation(kind, query.into?.rel), query.if_not_exists)];
  }
  const select = as(statement, "SelectStmt")?.intoClause;
  if (select) return [made(tableOf(select.rel))];
  const view = as(statement, "ViewStmt");
  if (view) return [made(relation("view", view.view), view.replace)];
  const sequence = as(statement, "CreateSeqStmt");
  return sequence ? [made(relation("sequence", sequence.sequence), sequence.if_not_exists)] : [];
}

/** Indexes, types, schemas, functions and columns that a statement makes. */
function othersMade(statement: Node): readonly Made[] {
  const index = as(statement, "IndexStmt");
  if (index?.idxname) {
    const path = [...(index.relation?.schemaname ? [index.relation.schemaname] : []), index.idxname];
    return [made(thing("index", path), index.if_not_exists)];
  }
  const type =
    as(statement, "CreateEnumStmt")?.typeName ??
    as(statement, "CreateRangeStmt")?.typeName ??
    as(statement, "CreateDomainStmt")?.domainname;
  if (type) return [made(thing("type", words(type)))];
  const composite = as(statement, "CompositeTypeStmt");
  if (composite) return [made(relation("type", composite.typevar))];
  const schema = as(statement, "CreateSchemaStmt");
  if (schema?.schemaname) return [made({ kind: "schema", name: schema.schemaname }, schema.if_not_exists)];
  const routine = as(statement, "CreateFunctionStmt");
  if (routine) return [made(thing("function", words(routine.funcname)), routine.replace)];
  return addedColumns(statement).map(({ table, column, isSkippedWhenThere }) =>
    made(columnOf(table, column.colname ?? ""), isSkippedWhenThere),
  );
}

/** The column of a check that is no more than `column IS NOT NULL`. */
function notNullColumn(expression: Node | undefined): string | undefined {
  const test = as(expression, "NullTest");
  return test?.nulltesttype === "IS_NOT_NULL" ? words(as(test.arg, "ColumnRef")?.fields).at(-1) : undefined;
}
