import type { Rule } from "../rule.ts";
import { changeOwner, changeRole, changeRowSecurity, revoke } from "./access.ts";
import { addConstraint } from "./add-constraint.ts";
import { addRequiredColumn } from "./add-required-column.ts";
import { addUnique } from "./add-unique.ts";
import { cascade } from "./cascade.ts";
import { changeType } from "./change-type.ts";
import { createIndex } from "./create-index.ts";
import { createRule } from "./create-rule.ts";
import { deleteRows } from "./delete-rows.ts";
import { dropColumn } from "./drop-column.ts";
import { dropConstraint } from "./drop-constraint.ts";
import { dropContainer } from "./drop-container.ts";
import { dropDefault } from "./drop-default.ts";
import { dropIndex } from "./drop-index.ts";
import { dropObject } from "./drop-object.ts";
import { dropOwned } from "./drop-owned.ts";
import { dropTable } from "./drop-table.ts";
import { idleDeclaration, syntaxError, undoMissing } from "./header-rules.ts";
import { lockTable } from "./lock-table.ts";
import { moveSchema } from "./move-schema.ts";
import { backfillRows, overwriteRows } from "./overwrite-rows.ts";
import { attachPartition, detachPartition } from "./partition.ts";
import { refreshView } from "./refresh-view.ts";
import { reindex } from "./reindex.ts";
import { rename } from "./rename.ts";
import { resetSequence } from "./reset-sequence.ts";
import { rewriteTable } from "./rewrite-table.ts";
import { setNotNull } from "./set-not-null.ts";
import { setUnlogged } from "./set-unlogged.ts";
import { disableChecks, liftLimits } from "./settings.ts";
import { outsideTransaction, transactionControl } from "./transaction.ts";
import { truncate } from "./truncate.ts";
import { unknownStatement } from "./unknown-statement.ts";
import { unreadable } from "./unreadable.ts";
import { validateWithAdd } from "./validate-with-add.ts";

/** The rules that look at statements. */
export const rules: readonly Rule[] = [
  dropTable,
  dropColumn,
  dropContainer,
  dropOwned,
  cascade,
  truncate,
  deleteRows,
  overwriteRows,
  changeType,
  setUnlogged,
  createRule,
  rename,
  moveSchema,
  dropObject,
  dropIndex,
  dropConstraint,
  dropDefault,
  addRequiredColumn,
  setNotNull,
  detachPartition,
  resetSequence,
  disableChecks,
  changeRowSecurity,
  revoke,
  changeOwner,
  changeRole,
  addConstraint,
  addUnique,
  validateWithAdd,
  createIndex,
  reindex,
  rewriteTable,
  attachPartition,
  backfillRows,
  refreshView,
  lockTable,
  liftLimits,
  unreadable,
  unknownStatement,
  transactionControl,
  outsideTransaction,
];

/** Every rule there is, those of the header too. */
export const allRules: readonly Omit<Rule, "find">[] = [...rules, syntaxError, undoMissing, idleDeclaration];
