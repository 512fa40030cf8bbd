import type { Alteration } from "./alterations.ts";
import { addedColumns, addedConstraints, alterations } from "./alterations.ts";
import { as, type Held, type Node } from "./parser.ts";
import { changesMeaning } from "./search-path.ts";
import type { ColumnFacts, TableFacts } from "./table-facts.ts";
import { columnFacts, constraintsOf, isDeferred, isNextval, marksOf, tableFacts } from "./table-facts.ts";
import { pathOf, relation, tableOf, thing, type Thing, words } from "./thing.ts";

/** A value that a migration adds to an enum. */
export interface AddedValue {
  readonly type: Thing;
  readonly value: string;
  readonly migration: string;
}

type View = Held<"ViewStmt">;
type Trigger = Held<"CreateTrigStmt">;
type Routine = Held<"CreateFunctionStmt">;

/**
 * What the things are like that migrations made, in whatever release. What was there before the first migration is not known,
 * and a rule has to report where it matters. It is no proof of what is there: it may have been changed manually.
 */
export class History {
  readonly #tables = new Map<string, TableFacts>();
  readonly #constraints = new Map<string, string>();
  readonly #indexes = new Map<string, boolean>();
  readonly #views = new Map<string, View>();
  readonly #functions = new Map<string, Routine[]>();
  readonly #triggers = new Map<string, Trigger[]>();
  readonly #types = new Map<string, string>();
  readonly #checkedDomains = new Set<string>();
  #values: AddedValue[] = [];
  #migration = "";
  /** Whether a bare name may mean something in another schema than `public` now. */
  #isBlurred = false;

  get migration(): string {
    return this.#migration;
  }

  beginMigration(name: string): void {
    this.#migration = name;
    this.#isBlurred = false;
  }

  /** Undefined where no migration made it, or it cannot be known which table is meant. */
  table(one: Thing): TableFacts | undefined {
    return this.#tables.get(this.#key(one));
  }

  column(table: Thing, name: string): ColumnFacts | undefined {
    return this.table(table)?.columns.get(name);
  }

  /** `CONSTR_CHECK` and its like; undefined where no migration named it. */
  constraintKind(table: Thing, name: string): string | undefined {
    return this.#constraints.get(`${this.#key(table)}.${name}`);
  }

  /** Whether an index is unique; undefined where no migration made it by CREATE INDEX. */
  isUniqueIndex(index: Thing): boolean | undefined {
    return this.#indexes.get(this.#key(index));
  }

  view(one: Thing): View | undefined {
    return this.#views.get(this.#key(one));
  }

  functions(path: readonly string[]): readonly Routine[] {
    return this.#functions.get(this.#key(thing("function", path))) ?? [];
  }

  /** The triggers that run a function. */
  triggersOf(path: readonly string[]): readonly Trigger[] {
    return this.#triggers.get(this.#key(thing("function", path))) ?? [];
  }

  triggersOn(table: Thing): readonly Trigger[] {
    return [...this.#triggers.values()].flat().filter((one) => this.isSame(tableOf(one.relation), table));
  }

  /** Whether a migration made it as a domain with a check, which a new column has to be searched for. */
  isCheckedDomain(path: readonly string[]): boolean {
    return this.#checkedDomains.has(this.#key(thing("type", path)));
  }

  /** The migration that made the type. */
  makerOf(type: Thing): string | undefined {
    return this.#types.get(this.#key(type));
  }

  get addedValues(): readonly AddedValue[] {
    return this.#values;
  }

  isSame(one: Thing, other: Thing): boolean {
    return this.#key(one) === this.#key(other);
  }

  /** @param isSure False for what stands in a body, where it may not run: then a table may not be there. */
  learn(statement: Node, isSure: boolean): void {
    if (changesMeaning(statement)) this.#isBlurred = true;
    this.#learnTables(statement, isSure);
    this.#learnAdded(statement);
    this.#learnAlterations(statement);
    this.#learnObjects(statement);
    this.#learnTypes(statement);
    this.#forgetDropped(statement);
  }

  #learnTables(statement: Node, isSure: boolean): void {
    const create = as(statement, "CreateStmt");
    const facts = tableFacts(statement);
    if (!create || !facts) return;
    const table = tableOf(create.relation);
    if (isSure && !(create.if_not_exists === true && this.table(table)))
      this.#tables.set(this.#key(table), facts);
    for (const { conname, contype } of constraintsOf([
      ...(create.tableElts ?? []),
      ...(create.constraints ?? []),
    ]))
      if (conname !== undefined) this.#constraints.set(`${this.#key(table)}.${conname}`, contype ?? "");
    for (const column of (create.tableElts ?? []).flatMap((node) => as(node, "ColumnDef") ?? []))
      for (const { conname, contype } of constraintsOf(column.constraints))
        if (conname !== undefined) this.#constraints.set(`${this.#key(table)}.${conname}`, contype ?? "");
    const parent = as(create.inhRelations?.[0], "RangeVar");
    if (create.partbound?.is_default === true) this.#change(tableOf(parent), { hasDefaultPartition: true });
  }

  #learnAdded(statement: Node): void {
    for (const { table, column, constraints, isSkippedWhenThere } of addedColumns(statement)) {
      if (isSkippedWhenThere && this.column(table, column.colname ?? "")) continue;
      this.#setColumn(table, column.colname ?? "", columnFacts(column));
      if (constraints.some(isDeferred)) this.#change(table, { hasDeferred: true });
    }
    for (const { table, constraint } of addedConstraints(statement)) {
      const { conname, contype } = constraint;
      if (conname !== undefined) this.#constraints.set(`${this.#key(table)}.${conname}`, contype ?? "");
      if (contype === "CONSTR_PRIMARY") this.#change(table, { hasPrimaryKey: true });
      if (isDeferred(constraint)) this.#change(table, { hasDeferred: true });
    }
  }

  #learnAlterations(statement: Node): void {
    for (const alteration of alterations(statement)) {
      const { subtype, command, table } = alteration;
      const name = command.name ?? "";
      this.#learnColumn(alteration);
      if (subtype === "AT_EnableRowSecurity") this.#change(table, { hasRowSecurity: true });
      if (subtype === "AT_DisableRowSecurity") this.#change(table, { hasRowSecurity: false });
      if (subtype === "AT_AttachPartition" && as(command.def, "PartitionCmd")?.bound?.is_default === true)
        this.#change(table, { hasDefaultPartition: true });
      if (subtype !== "AT_DropConstraint") continue;
      const kind = this.constraintKind(table, name);
      if (kind === undefined || kind === "CONSTR_PRIMARY") this.#change(table, { hasPrimaryKey: false });
      this.#constraints.delete(`${this.#key(table)}.${name}`);
    }
  }

  #learnColumn({ subtype, command, table }: Alteration): void {
    const name = command.name ?? "";
    const old = this.column(table, name);
    if (!old) return;
    const column = as(command.def, "ColumnDef");
    if (subtype === "AT_AlterColumnType" && column)
      this.#setColumn(table, name, { ...columnFacts(column), ...marksOf(old) });
    if (subtype === "AT_SetNotNull" || subtype === "AT_DropNotNull")
      this.#setColumn(table, name, { ...old, isRequired: subtype === "AT_SetNotNull" });
    if (subtype === "AT_AddIdentity" || (subtype === "AT_ColumnDefault" && isNextval(command.def)))
      this.#setColumn(table, name, { ...old, isCounter: true });
  }

  #learnObjects(statement: Node): void {
    const view = as(statement, "ViewStmt");
    if (view) this.#views.set(this.#key(relation("view", view.view)), view);
    const routine = as(statement, "CreateFunctionStmt");
    if (routine) append(this.#functions, this.#key(thing("function", words(routine.funcname))), routine);
    const trigger = as(statement, "CreateTrigStmt");
    if (trigger) append(this.#triggers, this.#key(thing("function", words(trigger.funcname))), trigger);
    const index = as(statement, "IndexStmt");
    if (index?.idxname !== undefined) {
      const path = [index.relation?.schemaname, index.idxname].filter((part) => part !== undefined);
      this.#indexes.set(this.#key(thing("index", path)), index.unique === true);
    }
  }

  #learnTypes(statement: Node): void {
    const domain = as(statement, "CreateDomainStmt");
    const made = as(statement, "CreateEnumStmt")?.typeName ?? domain?.domainname;
    if (made) this.#types.set(this.#key(thing("type", words(made))), this.#migration);
    if (domain && constraintsOf(domain.constraints).length > 0)
      this.#checkedDomains.add(this.#key(thing("type", words(domain.domainname))));
    const altered = as(statement, "AlterDomainStmt");
    if (altered && (altered.subtype === "C" || altered.subtype === "O"))
      this.#checkedDomains.add(this.#key(thing("type", words(altered.typeName))));
    const value = as(statement, "AlterEnumStmt");
    if (value?.newVal !== undefined && value.oldVal === undefined)
      this.#values.push({
        type: thing("type", words(value.typeName)),
        value: value.newVal,
        migration: this.#migration,
      });
  }

  /** What is dropped or has another name now is not known any more. */
  #forgetDropped(statement: Node): void {
    for (const object of as(statement, "DropStmt")?.objects ?? []) this.#forget(pathOf(object));
    const rename = as(statement, "RenameStmt");
    if (!rename) return;
    if (rename.renameType === "OBJECT_COLUMN") {
      const table = tableOf(rename.relation);
      const old = this.column(table, rename.subname ?? "");
      if (old) this.#setColumn(table, rename.newname ?? "", old);
      return;
    }
    if (rename.renameType === "OBJECT_TABCONSTRAINT") {
      const key = this.#key(tableOf(rename.relation));
      const kind = this.#constraints.get(`${key}.${rename.subname ?? ""}`);
      if (kind !== undefined) this.#constraints.set(`${key}.${rename.newname ?? ""}`, kind);
      return;
    }
    const { relation: range } = rename;
    if (range) this.#forget([range.schemaname, range.relname].filter((part) => part !== undefined));
    else this.#forget(pathOf(rename.object));
  }

  #forget(path: readonly string[]): void {
    const key = this.#key(thing("table", path));
    for (const map of [this.#tables, this.#views, this.#indexes, this.#functions, this.#types])
      map.delete(key);
  }

  #change(table: Thing, facts: Partial<TableFacts>): void {
    const old = this.table(table);
    if (old) this.#tables.set(this.#key(table), { ...old, ...facts });
  }

  #setColumn(table: Thing, name: string, column: ColumnFacts): void {
    const old = this.table(table);
    if (old) this.#change(table, { columns: new Map(old.columns).set(name, column) });
  }

  #key({ schema, name }: Thing): string {
    return `${schema ?? (this.#isBlurred ? "(unknown)" : "public")}.${name}`;
  }
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}
