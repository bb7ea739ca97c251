// Reads statements of MySQL and MariaDB, as node-sql-parser tells them, into the same acts; what it does not know is `other`.
import type { Act } from '../act.ts';
import { isRecord } from './expression.ts';
import { columnName, columnOf, constraintOf, tableOf, word } from './foreign-column.ts';
import type { Deed } from './statement.ts';

/** What a statement does; a list of trees counts as one. */
export function foreignDeeds(tree: unknown): readonly Deed[] {
  const trees = Array.isArray(tree) ? tree : [tree];
  return trees.flatMap(actsOf).map((act) => ({ act, guarded: false }));
}

function actsOf(tree: unknown): readonly Act[] {
  if (!isRecord(tree)) return [{ kind: 'other', what: 'statement' }];
  const table = tableOf(tree.table);
  const type = word(tree.type);
  if (type === 'create' && tree.keyword === 'table') return [createTable(tree, table)];
  if (type === 'create' && tree.keyword === 'index') return [createIndex(tree, table)];
  if (type === 'create' && tree.keyword === 'view') return [view(word(isRecord(tree.view) ? tree.view.view : ''))];
  if (type === 'alter' && Array.isArray(tree.expr)) return tree.expr.flatMap((one) => altered(one, table));
  if (type === 'drop') return [dropped(tree)];
  if (type === 'rename') return renamedTables(tree.table);
  if (type === 'grant') return [{ kind: 'grant', table: '', toPublic: false, others: true, rights: [] }];
  if (type === 'insert' || type === 'replace') return [{ kind: 'insert', table, columns: [], guarded: false }];
  if (type === 'update') return [{ kind: 'update', table, columns: [], where: tree.where !== null, guarded: false }];
  if (type === 'delete')
    return [
      { kind: 'delete', table: tableOf(tree.from) || table, columns: [], where: tree.where !== null, guarded: true },
    ];
  if (type === 'truncate') return [{ kind: 'truncate', tables: [table || tableOf(tree.name)], cascade: false }];
  if (type === 'select' || type === 'show' || type === 'desc' || type === 'use')
    return [{ kind: 'select', calls: [], locks: false }];
  if (type === 'set') return [{ kind: 'set', name: '', value: '', local: false }];
  return [{ kind: 'other', what: type || 'statement' }];
}

/** RENAME TABLE names pairs. */
function renamedTables(pairs: unknown): readonly Act[] {
  return (Array.isArray(pairs) ? pairs : []).map((pair) => {
    const [from, to] = (Array.isArray(pair) ? pair : [pair]).map(tableOf);
    return {
      kind: 'rename',
      thing: 'table',
      table: from ?? '',
      from: from ?? '',
      to: to ?? '',
      moved: false,
      guarded: false,
    };
  });
}

function createTable(tree: Readonly<Record<string, unknown>>, table: string): Act {
  const definitions = Array.isArray(tree.create_definitions) ? tree.create_definitions.filter(isRecord) : [];
  return {
    kind: 'create-table',
    table,
    guarded: tree.if_not_exists !== null && tree.if_not_exists !== undefined,
    columns: definitions.filter(({ resource }) => resource === 'column').map(columnOf),
    constraints: definitions.filter(({ resource }) => resource === 'constraint').map(constraintOf),
    partitionOf: '',
    partitioned: false,
    temporary: tree.temporary !== null && tree.temporary !== undefined,
    open: tree.as !== null && tree.as !== undefined,
  };
}

function createIndex(tree: Readonly<Record<string, unknown>>, table: string): Act {
  const keys = (Array.isArray(tree.index_columns) ? tree.index_columns : []).map(columnName);
  const unique = word(tree.index_type) === 'unique';
  return {
    kind: 'create-index',
    table,
    name: word(tree.index),
    keys,
    unique,
    partial: false,
    concurrently: false,
    guarded: false,
    only: false,
  };
}

function view(name: string): Act {
  const nothing = {
    table: '',
    guarded: false,
    replace: false,
    volatile: false,
    labels: [],
    base: undefined,
    constrained: false,
    reads: [],
  };
  return { kind: 'create', thing: 'view', name, ...nothing };
}

function altered(one: unknown, table: string): readonly Act[] {
  if (!isRecord(one)) return [];
  const on = { table, ifTable: false };
  const [action, resource] = [word(one.action), word(one.resource)];
  const column = columnName(one.column);
  if (action === 'add' && resource === 'column')
    return [{ kind: 'add-column', ...on, column: columnOf(one), guarded: false }];
  if (action === 'drop' && resource === 'column')
    return [{ kind: 'drop-column', ...on, column, guarded: false, cascade: false }];
  if ((action === 'modify' || action === 'change') && resource === 'column') {
    const changed = columnOf(one);
    const type: Act = {
      kind: 'change-type',
      ...on,
      column: columnName(one.old_column) || column,
      type: changed.type,
      using: undefined,
      collation: '',
    };
    const old = columnName(one.old_column) || column;
    return [
      type,
      ...(changed.notNull ? [{ kind: 'set-not-null', ...on, column: old } as const] : []),
      ...(old === column
        ? []
        : [{ kind: 'rename', thing: 'column', table, from: old, to: column, moved: false, guarded: false } as const]),
    ];
  }
  if (action === 'rename' && resource === 'table')
    return [{ kind: 'rename', thing: 'table', table, from: table, to: word(one.table), moved: false, guarded: false }];
  if (action === 'rename')
    return [
      {
        kind: 'rename',
        thing: 'column',
        table,
        from: columnName(one.old_column),
        to: column,
        moved: false,
        guarded: false,
      },
    ];
  if (action === 'add' && resource === 'constraint' && isRecord(one.create_definitions))
    return [{ kind: 'add-constraint', ...on, constraint: constraintOf(one.create_definitions) }];
  if (action === 'add' && resource === 'index')
    return [createIndex({ index: one.index, index_columns: one.definition, index_type: one.index_type }, table)];
  if (action === 'drop' && resource === 'index')
    return [
      {
        kind: 'drop',
        thing: 'index',
        names: [columnName(one.index)],
        table,
        guarded: false,
        cascade: false,
        concurrently: false,
      },
    ];
  if (action === 'drop')
    return [{ kind: 'drop-constraint', ...on, constraint: word(one.constraint) || word(one.index), guarded: false }];
  return [
    {
      kind: 'table-option',
      ...on,
      option: resource || action,
      guarded: false,
      name: word(one.algorithm) || word(one.lock),
    },
  ];
}

function dropped(tree: Readonly<Record<string, unknown>>): Act {
  const keyword = word(tree.keyword);
  const thing =
    keyword === 'table' || keyword === 'view' || keyword === 'index' || keyword === 'database' || keyword === 'schema'
      ? keyword
      : 'other';
  const names = (Array.isArray(tree.name) ? tree.name : [tree.name]).map((one) => tableOf(one) || columnName(one));
  const guarded = tree.prefix !== null && tree.prefix !== undefined;
  return { kind: 'drop', thing, names, table: tableOf(tree.table), guarded, cascade: false, concurrently: false };
}
