// Every rule of the linter, in the order in which the documentation lists them. Names are stable: policies and remarks use them.

import { addCheckConstraintValid } from './add-check-constraint-valid.ts';
import { addColumnGeneratedStored } from './add-column-generated-stored.ts';
import { addColumnInlineCheck } from './add-column-inline-check.ts';
import { addColumnInlineReferences } from './add-column-inline-references.ts';
import { addColumnInlineUnique } from './add-column-inline-unique.ts';
import { addColumnNotNullWithoutDefault } from './add-column-not-null-without-default.ts';
import { addColumnSerial } from './add-column-serial.ts';
import { addColumnVolatileDefault } from './add-column-volatile-default.ts';
import { addExclusionConstraint } from './add-exclusion-constraint.ts';
import { addForeignKeyValid } from './add-foreign-key-valid.ts';
import { addPrimaryKeyUsingIndexNullable } from './add-primary-key-using-index-nullable.ts';
import { addUniqueConstraint } from './add-unique-constraint.ts';
import { addUniqueMightFail } from './add-unique-might-fail.ts';
import { attachPartitionScan } from './attach-partition-scan.ts';
import { backfillInMigration } from './backfill-in-migration.ts';
import { banChar } from './ban-char.ts';
import { byteOrderMark } from './byte-order-mark.ts';
import { carriageReturns } from './carriage-returns.ts';
import { changeColumnType } from './change-column-type.ts';
import { columnUsedByView } from './column-used-by-view.ts';
import { concurrentlyInTransaction } from './concurrently-in-transaction.ts';
import { createEnum } from './create-enum.ts';
import { createIndexNotConcurrently } from './create-index-not-concurrently.ts';
import { detachPartitionNotConcurrently } from './detach-partition-not-concurrently.ts';
import { domainConstraintValid } from './domain-constraint-valid.ts';
import { domainWithConstraint } from './domain-with-constraint.ts';
import { dropBeforeRetention } from './drop-before-retention.ts';
import { dropColumn } from './drop-column.ts';
import { dropColumnWithConstraint } from './drop-column-with-constraint.ts';
import { dropDatabase } from './drop-database.ts';
import { dropIndexNotConcurrently } from './drop-index-not-concurrently.ts';
import { dropNotNull } from './drop-not-null.ts';
import { dropObject } from './drop-object.ts';
import { dropSchema } from './drop-schema.ts';
import { dropTable } from './drop-table.ts';
import { duplicateColumnAssignments } from './duplicate-column-assignments.ts';
import { duplicateIndex } from './duplicate-index.ts';
import { editedAfterMerge } from './edited-after-merge.ts';
import { emptyMigration } from './empty-migration.ts';
import { enumValueOrder } from './enum-value-order.ts';
import { enumValueUsedInTransaction } from './enum-value-used-in-transaction.ts';
import { fileNaming } from './file-naming.ts';
import { fileTooLarge } from './file-too-large.ts';
import { fkWithoutIndex } from './fk-without-index.ts';
import { identifierTooLong } from './identifier-too-long.ts';
import { indexCorruptionVersion } from './index-corruption-version.ts';
import { invalidIndexLeftBehind } from './invalid-index-left-behind.ts';
import { jsonColumn } from './json-column.ts';
import { lockTable } from './lock-table.ts';
import { manyColumnIndex } from './many-column-index.ts';
import { missingLockTimeout } from './missing-lock-timeout.ts';
import { missingStatementTimeout } from './missing-statement-timeout.ts';
import { multipleAlterTable } from './multiple-alter-table.ts';
import { mysqlAddForeignKey } from './mysql-add-foreign-key.ts';
import { mysqlChangeColumnType } from './mysql-change-column-type.ts';
import { mysqlExpressionDefault } from './mysql-expression-default.ts';
import { mysqlInlineReferences } from './mysql-inline-references.ts';
import { mysqlLockingAlter } from './mysql-locking-alter.ts';
import { newerThanServer } from './newer-than-server.ts';
import { notChecked } from './not-checked.ts';
import { notUnicode } from './not-unicode.ts';
import { notValidAndValidateSameTransaction } from './not-valid-and-validate-same-transaction.ts';
import { opaqueStatement } from './opaque-statement.ts';
import { outOfOrder } from './out-of-order.ts';
import { preferBigint } from './prefer-bigint.ts';
import { preferIdentity } from './prefer-identity.ts';
import { preferRobust } from './prefer-robust.ts';
import { preferText } from './prefer-text.ts';
import { preferTimestamptz } from './prefer-timestamptz.ts';
import { refreshMatviewNotConcurrently } from './refresh-matview-not-concurrently.ts';
import { reindexNotConcurrently } from './reindex-not-concurrently.ts';
import { renameColumn } from './rename-column.ts';
import { renameEnumValue } from './rename-enum-value.ts';
import { renameSchema } from './rename-schema.ts';
import { renameTable } from './rename-table.ts';
import { requireTableSchema } from './require-table-schema.ts';
import { rerunAfterHalf } from './rerun-after-half.ts';
import type { Rule } from './rule.ts';
import { sameReleaseAddDrop } from './same-release-add-drop.ts';
import { schemaAndCode } from './schema-and-code.ts';
import { setNotNull } from './set-not-null.ts';
import { statementsAfterAccessExclusive } from './statements-after-access-exclusive.ts';
import { syntax } from './syntax.ts';
import { tableRewrite } from './table-rewrite.ts';
import { templateInSql } from './template-in-sql.ts';
import { truncate } from './truncate.ts';
import { truncateCascade } from './truncate-cascade.ts';
import { upHasDown } from './up-has-down.ts';
import { writeWithoutWhere } from './write-without-where.ts';

/** All rules. */
export const rules: readonly Rule[] = [
  addColumnNotNullWithoutDefault,
  addColumnVolatileDefault,
  addColumnGeneratedStored,
  addColumnSerial,
  addColumnInlineUnique,
  addColumnInlineReferences,
  addColumnInlineCheck,
  jsonColumn,
  setNotNull,
  dropNotNull,
  addCheckConstraintValid,
  addForeignKeyValid,
  notValidAndValidateSameTransaction,
  addUniqueConstraint,
  addUniqueMightFail,
  addPrimaryKeyUsingIndexNullable,
  addExclusionConstraint,
  dropColumnWithConstraint,
  domainConstraintValid,
  createIndexNotConcurrently,
  dropIndexNotConcurrently,
  reindexNotConcurrently,
  attachPartitionScan,
  detachPartitionNotConcurrently,
  refreshMatviewNotConcurrently,
  concurrentlyInTransaction,
  indexCorruptionVersion,
  invalidIndexLeftBehind,
  fkWithoutIndex,
  duplicateIndex,
  manyColumnIndex,
  changeColumnType,
  tableRewrite,
  renameColumn,
  renameTable,
  renameSchema,
  renameEnumValue,
  dropColumn,
  dropTable,
  dropSchema,
  dropDatabase,
  dropObject,
  truncate,
  truncateCascade,
  writeWithoutWhere,
  backfillInMigration,
  duplicateColumnAssignments,
  missingLockTimeout,
  missingStatementTimeout,
  lockTable,
  statementsAfterAccessExclusive,
  multipleAlterTable,
  enumValueUsedInTransaction,
  enumValueOrder,
  createEnum,
  opaqueStatement,
  rerunAfterHalf,
  preferRobust,
  preferBigint,
  preferIdentity,
  preferText,
  preferTimestamptz,
  banChar,
  domainWithConstraint,
  identifierTooLong,
  requireTableSchema,
  mysqlLockingAlter,
  mysqlChangeColumnType,
  mysqlAddForeignKey,
  mysqlExpressionDefault,
  mysqlInlineReferences,
  fileNaming,
  upHasDown,
  emptyMigration,
  editedAfterMerge,
  outOfOrder,
  sameReleaseAddDrop,
  dropBeforeRetention,
  schemaAndCode,
  syntax,
  templateInSql,
  fileTooLarge,
  newerThanServer,
  notChecked,
  notUnicode,
  byteOrderMark,
  carriageReturns,
  columnUsedByView,
];

/** Every rule by its name. */
export const rulesById: ReadonlyMap<string, Rule> = new Map(rules.map((one) => [one.id, one]));
