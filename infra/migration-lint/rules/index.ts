import type { Rule } from "../rule.ts";
import { changeOwner, changeRole, changeRowSecurity, revoke } from "./access.ts";
import { addConstraint, validateWithAdd } from "./add-constraint.ts";
import { addRequiredColumn } from "./add-required-column.ts";
import { addUnique } from "./add-unique.ts";
import { allowNull, setNotNull } from "./nullability.ts";
import { alterAfterWrite } from "./alter-after-write.ts";
import { cascade } from "./cascade.ts";
import { changeDatabase, changeSession, disableChecks, liftLimits } from "./settings.ts";
import { changeDefault } from "./change-default.ts";
import { changeType } from "./change-type.ts";
import { addAttribute, incomparableColumn } from "./column-type.ts";
import { changeCounter, resetSequence } from "./counters.ts";
import { createIndex } from "./create-index.ts";
import { createRule, triggerDropsRows, triggerRefusesRows } from "./trigger.ts";
import { deleteRows, dropColumn, dropContainer, dropOwned, dropTable, truncate } from "./drop-data.ts";
import { dropConstraint, dropDefault, dropIndex, dropObject } from "./drop-definition.ts";
import { enumUsedAtOnce } from "./enum-used-at-once.ts";
import { alterConstraint, blockingKey, cascadingKey } from "./foreign-keys.ts";
import { idleDeclaration, syntaxError, undoMissing } from "./header-rules.ts";
import { lockTable } from "./lock-table.ts";
import { moveSchema, shadowSchema } from "./schemas.ts";
import { backfillRows, overwriteRows } from "./overwrite-rows.ts";
import { addInherit, attachPartition, detachPartition } from "./partition.ts";
import { publishWithoutKey } from "./publication.ts";
import { refreshView, reindex } from "./rebuild.ts";
import { refuseNewRows } from "./refuse-new-rows.ts";
import { rename } from "./rename.ts";
import { replaceObject } from "./replace-object.ts";
import { rewriteTable } from "./rewrite-table.ts";
import { seedWithIds } from "./seed-with-ids.ts";
import { setUnlogged } from "./set-unlogged.ts";
import { slowUnderLock } from "./slow-under-lock.ts";
import { plainStorage, vacuumOff } from "./storage.ts";
import { outsideTransaction, transactionControl } from "./transaction.ts";
import { unknownStatement } from "./unknown-statement.ts";
import { unreadable } from "./unreadable.ts";
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
