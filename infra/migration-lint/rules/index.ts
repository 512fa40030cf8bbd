import type { Rule } from "../rule.ts";
import { changeOwner, changeRole, changeRowSecurity, revoke } from "./access.ts";
import { addConstraint } from "./add-constraint.ts";
import { addRequiredColumn } from "./add-required-column.ts";
import { addUnique } from "./add-unique.ts";
import { allowNull } from "./allow-null.ts";
import { alterAfterWrite } from "./alter-after-write.ts";
import { cascade } from "./cascade.ts";
import { changeDatabase } from "./change-database.ts";
import { changeDefault } from "./change-default.ts";
import { changeType } from "./change-type.ts";
import { addAttribute, incomparableColumn } from "./column-type.ts";
import { changeCounter, resetSequence } from "./counters.ts";
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
import { enumUsedAtOnce } from "./enum-used-at-once.ts";
import { alterConstraint, blockingKey, cascadingKey } from "./foreign-keys.ts";
import { idleDeclaration, syntaxError, undoMissing } from "./header-rules.ts";
import { lockTable } from "./lock-table.ts";
import { moveSchema } from "./move-schema.ts";
import { backfillRows, overwriteRows } from "./overwrite-rows.ts";
import { addInherit, attachPartition, detachPartition } from "./partition.ts";
import { publishWithoutKey } from "./publication.ts";
import { refreshView } from "./refresh-view.ts";
import { reindex } from "./reindex.ts";
import { refuseNewRows } from "./refuse-new-rows.ts";
import { rename } from "./rename.ts";
import { replaceObject } from "./replace-object.ts";
import { rewriteTable } from "./rewrite-table.ts";
import { seedWithIds } from "./seed-with-ids.ts";
import { setNotNull } from "./set-not-null.ts";
import { setUnlogged } from "./set-unlogged.ts";
import { changeSession, disableChecks, liftLimits } from "./settings.ts";
import { shadowSchema } from "./shadow-schema.ts";
import { slowUnderLock } from "./slow-under-lock.ts";
import { plainStorage, vacuumOff } from "./storage.ts";
import { outsideTransaction, transactionControl } from "./transaction.ts";
import { triggerDropsRows, triggerRefusesRows } from "./trigger.ts";
import { truncate } from "./truncate.ts";
import { unknownStatement } from "./unknown-statement.ts";
import { unreadable } from "./unreadable.ts";
import { validateWithAdd } from "./validate-with-add.ts";
import { wait } from "./wait.ts";
import { weakenSecurity } from "./weaken-security.ts";

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
  triggerDropsRows,
  cascadingKey,
  rename,
  moveSchema,
  dropObject,
  dropIndex,
  dropConstraint,
  alterConstraint,
  blockingKey,
  dropDefault,
  changeDefault,
  addRequiredColumn,
  setNotNull,
  allowNull,
  refuseNewRows,
  replaceObject,
  triggerRefusesRows,
  detachPartition,
  addInherit,
  resetSequence,
  changeCounter,
  seedWithIds,
  publishWithoutKey,
  incomparableColumn,
  addAttribute,
  disableChecks,
  changeRowSecurity,
  revoke,
  changeOwner,
  changeRole,
  changeDatabase,
  shadowSchema,
  plainStorage,
  vacuumOff,
  weakenSecurity,
  addConstraint,
  addUnique,
  validateWithAdd,
  createIndex,
  reindex,
  rewriteTable,
  attachPartition,
  backfillRows,
  refreshView,
  slowUnderLock,
  lockTable,
  wait,
  liftLimits,
  unreadable,
  unknownStatement,
  changeSession,
  enumUsedAtOnce,
  alterAfterWrite,
  transactionControl,
  outsideTransaction,
];

/** Every rule there is, those of the header too. */
export const allRules: readonly Omit<Rule, "find">[] = [...rules, syntaxError, undoMissing, idleDeclaration];
