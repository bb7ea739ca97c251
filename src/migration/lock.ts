// Which table locks a statement takes, as Postgres' manual (Explicit Locking) and its AlterTableGetLockLevel say, and what each keeps out.
import type { Act, ActOf, Constraint, TableAct } from './act.ts';
import type { Schema } from './schema.ts';

export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

export type LockMode = (typeof lockModes)[number];

export interface Lock {
  readonly table: string;
  readonly mode: LockMode;
}

/** What waits while a lock of this mode is held, in words. */
export function blockedBy(mode: LockMode): string {
  if (mode === 'ACCESS EXCLUSIVE') return 'reads and writes';
  return blocksWrites(mode) ? 'writes' : 'other schema changes';
}

/** Whether INSERT, UPDATE and DELETE (ROW EXCLUSIVE) wait for it. */
export function blocksWrites(mode: LockMode): boolean {
  return lockModes.indexOf(mode) >= lockModes.indexOf('SHARE');
}

const light = [
  'AT_SetStatistics',
  'AT_SetOptions',
  'AT_ResetOptions',
  'AT_ClusterOn',
  'AT_DropCluster',
  'AT_DetachPartitionFinalize',
];
const lightSettings = /^(fillfactor|toast_tuple_target|parallel_workers|autovacuum_|log_autovacuum|vacuum_|n_distinct)/;
const triggers = /^AT_(Enable|Disable)(Always|Replica)?Trig/;

/** The locks that an act takes on tables which may have been there before. */
export function locksOf(act: Act, schema: Schema): readonly Lock[] {
  const on = (table: string, mode: LockMode): readonly Lock[] => (table === '' ? [] : [{ table, mode }]);
  if ('ifTable' in act) return [...on(act.table, modeOf(act)), ...besides(act, schema)];
  switch (act.kind) {
    case 'create-table':
      return [
        ...[...act.constraints, ...act.columns.flatMap(({ constraints }) => constraints)].flatMap(referenced),
        ...on(act.partitionOf, 'ACCESS EXCLUSIVE'),
      ];
    case 'create-index':
      return on(act.table, act.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE');
    case 'drop':
      return droppedLocks(act, schema);
    case 'rename':
      if (['table', 'column', 'constraint', 'policy', 'rule'].includes(act.thing))
        return on(act.table || act.from, 'ACCESS EXCLUSIVE');
      return act.thing === 'trigger' ? on(act.table, 'ACCESS EXCLUSIVE') : [];
    case 'create':
      if (act.thing === 'trigger') return on(act.table, 'SHARE ROW EXCLUSIVE');
      return act.thing === 'policy' || act.thing === 'rule' ? on(act.table, 'ACCESS EXCLUSIVE') : [];
    case 'alter':
      return act.thing === 'domain' && /^O|!$/.test(act.what)
        ? usersOf(act.name, schema).flatMap((table) => on(table, 'SHARE'))
        : [];
    case 'truncate':
      return act.tables.flatMap((table) => on(table, 'ACCESS EXCLUSIVE'));
    case 'insert':
    case 'update':
    case 'delete':
      return on(act.table, 'ROW EXCLUSIVE');
    case 'reindex':
      if (act.thing === 'database') return [];
      return on(
        act.thing === 'index' ? (schema.indexes.get(act.name)?.table ?? '') : act.name,
        act.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE',
      );
    case 'refresh':
      return on(act.name, act.concurrently ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE');
    case 'cluster':
      return on(act.name, 'ACCESS EXCLUSIVE');
    case 'vacuum':
      return on(act.name, act.full ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE');
    case 'comment':
      return on(act.table, 'SHARE UPDATE EXCLUSIVE');
    case 'lock': {
      const mode = lockModes.find((one) => one === act.mode);
      return mode === undefined ? [] : on(act.table, mode);
    }
    default:
      return [];
  }
}

/** The tables that have a column of this type. */
export function usersOf(type: string, schema: Schema): readonly string[] {
  return [...schema.tables.values()]
    .filter(({ columns }) => [...columns.values()].some(({ column }) => column.type.name === type))
    .map(({ name }) => name);
}

function modeOf(act: TableAct): LockMode {
  switch (act.kind) {
    case 'validate-constraint':
    case 'attach-partition':
      return 'SHARE UPDATE EXCLUSIVE';
    case 'detach-partition':
      return act.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
    case 'add-constraint':
      return act.constraint.kind === 'foreign' ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE';
    case 'table-option':
      if (light.includes(act.option)) return 'SHARE UPDATE EXCLUSIVE';
      if (triggers.test(act.option)) return 'SHARE ROW EXCLUSIVE';
      return /RelOptions$/.test(act.option) && act.name.split(' ').every((name) => lightSettings.test(name))
        ? 'SHARE UPDATE EXCLUSIVE'
        : 'ACCESS EXCLUSIVE';
    default:
      return 'ACCESS EXCLUSIVE';
  }
}

/** Tables beside the one that is altered: those a foreign key points to, and partitions. */
function besides(act: TableAct, schema: Schema): readonly Lock[] {
  if (act.kind === 'add-constraint') return referenced(act.constraint);
  if (act.kind === 'add-column') return act.column.constraints.flatMap(referenced);
  if (act.kind === 'attach-partition' || (act.kind === 'detach-partition' && !act.concurrently))
    return [{ table: act.partition, mode: 'ACCESS EXCLUSIVE' }];
  if (act.kind !== 'drop-constraint') return [];
  const old = schema.tables.get(act.table)?.constraints.find(({ name }) => name === act.constraint);
  return old?.references === undefined ? [] : [{ table: old.references.table, mode: 'ACCESS EXCLUSIVE' }];
}

function referenced({ references }: Constraint): readonly Lock[] {
  return references === undefined ? [] : [{ table: references.table, mode: 'SHARE ROW EXCLUSIVE' }];
}

function droppedLocks(act: ActOf<'drop'>, schema: Schema): readonly Lock[] {
  const all = (tables: readonly string[]): readonly Lock[] =>
    tables.filter((table) => table !== '').map((table) => ({ table, mode: 'ACCESS EXCLUSIVE' }));
  switch (act.thing) {
    case 'table':
      return all([
        ...act.names,
        ...act.names.flatMap((name) =>
          (schema.tables.get(name)?.constraints ?? []).flatMap(({ references }) => references?.table ?? []),
        ),
      ]);
    case 'index': {
      const tables = act.names.map((name) => schema.indexes.get(name)?.table ?? '').filter((table) => table !== '');
      return act.concurrently ? tables.map((table) => ({ table, mode: 'SHARE UPDATE EXCLUSIVE' })) : all(tables);
    }
    case 'trigger':
    case 'policy':
    case 'rule':
      return all([act.table]);
    case 'type':
    case 'domain':
      return act.cascade ? all(act.names.flatMap((name) => usersOf(name, schema))) : [];
    case 'schema':
      return all(
        [...schema.tables.keys()].filter((table) =>
          act.names.some((name) => (name === 'public' ? !table.includes('.') : table.startsWith(`${name}.`))),
        ),
      );
    default:
      return [];
  }
}
