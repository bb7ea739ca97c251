// Reads what writes or reads rows: INSERT, UPDATE, DELETE, MERGE, COPY, TRUNCATE, SELECT and what stands in their WITH.
import type { SqlTree } from '../../evidence/sql.ts';
import type { Act } from '../act.ts';
import { callsIn, isRecord, visit } from './expression.ts';
import { qualified, tableName, wordsOf } from './names.ts';
import { emptyTable } from './object.ts';
import { settingsIn } from './setting.ts';

/** What a tree does to rows; empty for one that does nothing to them. */
export function dataOf(tree: SqlTree): readonly Act[] {
  const inner = writesInWith(tree);
  if ('InsertStmt' in tree) {
    const { relation, cols, onConflictClause, selectStmt } = tree.InsertStmt;
    const columns = (cols ?? []).flatMap((node) => ('ResTarget' in node ? [node.ResTarget.name ?? ''] : []));
    const guarded = onConflictClause !== undefined || asksForAbsence(selectStmt);
    return [...inner, { kind: 'insert', table: tableName(relation), columns, guarded }];
  }
  if ('UpdateStmt' in tree) {
    const { relation, targetList, whereClause } = tree.UpdateStmt;
    const columns = (targetList ?? []).flatMap((node) => ('ResTarget' in node ? [node.ResTarget.name ?? ''] : []));
    return [
      ...inner,
      {
        kind: 'update',
        table: tableName(relation),
        columns,
        where: picks(whereClause),
        guarded: repeatable(targetList),
      },
    ];
  }
  if ('DeleteStmt' in tree) {
    const { relation, whereClause } = tree.DeleteStmt;
    return [
      ...inner,
      { kind: 'delete', table: tableName(relation), columns: [], where: picks(whereClause), guarded: true },
    ];
  }
  if ('MergeStmt' in tree)
    return [{ kind: 'update', table: tableName(tree.MergeStmt.relation), columns: [], where: true, guarded: false }];
  if ('CopyStmt' in tree)
    return tree.CopyStmt.is_from === true
      ? [
          {
            kind: 'insert',
            table: tableName(tree.CopyStmt.relation),
            columns: wordsOf(tree.CopyStmt.attlist),
            guarded: false,
          },
        ]
      : [{ kind: 'select', calls: [], locks: false }];
  if ('TruncateStmt' in tree) {
    const tables = (tree.TruncateStmt.relations ?? []).flatMap((node) =>
      'RangeVar' in node ? [tableName(node.RangeVar)] : [],
    );
    return [{ kind: 'truncate', tables, cascade: tree.TruncateStmt.behavior === 'DROP_CASCADE' }];
  }
  if ('SelectStmt' in tree) {
    const { lockingClause, intoClause, targetList } = tree.SelectStmt;
    if (intoClause !== undefined) return [emptyTable(tableName(intoClause.rel), {})];
    const select = { kind: 'select', calls: callsIn(tree), locks: (lockingClause ?? []).length > 0 } as const;
    return [...inner, select, ...settingsIn(targetList)];
  }
  return [];
}

/** What the WITH of a query writes. */
function writesInWith(tree: SqlTree): readonly Act[] {
  const found: Act[] = [];
  visit(tree, (one) => {
    const cte = one.CommonTableExpr;
    if (!isRecord(cte) || !isRecord(cte.ctequery)) return;
    for (const word of ['DeleteStmt', 'UpdateStmt', 'InsertStmt'] as const) {
      const statement = cte.ctequery[word];
      if (!isRecord(statement)) continue;
      const relation = isRecord(statement.relation) ? statement.relation : {};
      const table = qualified([String(relation.schemaname ?? ''), String(relation.relname ?? '')]);
      const where = picks(statement.whereClause);
      found.push(
        word === 'InsertStmt'
          ? { kind: 'insert', table, columns: [], guarded: statement.onConflictClause !== undefined }
          : {
              kind: word === 'DeleteStmt' ? 'delete' : 'update',
              table,
              columns: [],
              where,
              guarded: word === 'DeleteStmt',
            },
      );
    }
  });
  return found;
}

/** A condition that asks something: `WHERE true` picks every row. */
function picks(where: unknown): boolean {
  let asks = false;
  visit(where, (one) => {
    asks ||= 'ColumnRef' in one || 'SubLink' in one || 'FuncCall' in one || 'CurrentOfExpr' in one || 'ParamRef' in one;
  });
  return asks;
}

/** INSERT … SELECT … WHERE NOT EXISTS (…). */
function asksForAbsence(select: SqlTree | undefined): boolean {
  const where = select !== undefined && 'SelectStmt' in select ? select.SelectStmt.whereClause : undefined;
  return where !== undefined && 'BoolExpr' in where && where.BoolExpr.boolop === 'NOT_EXPR';
}

/** Set to what does not depend on the column itself: a second run writes the same. */
function repeatable(targets: readonly SqlTree[] | undefined): boolean {
  return (targets ?? []).every((node) => {
    if (!('ResTarget' in node)) return false;
    let own = false;
    visit(node.ResTarget.val, (one) => {
      const column =
        isRecord(one.ColumnRef) && Array.isArray(one.ColumnRef.fields)
          ? JSON.stringify(one.ColumnRef.fields.at(-1))
          : '';
      own ||= column === JSON.stringify({ String: { sval: node.ResTarget.name ?? '' } });
    });
    return !own;
  });
}
