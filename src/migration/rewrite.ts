// Which statements write a table anew or read all of it under their lock, and which change the catalogue alone.
import type { Act, Column, ColumnType, Expression } from './act.ts';
import { steadyFunctions } from './builtin.ts';
import type { Schema } from './schema.ts';

/** `rewrite`: a new copy of the table. `scan`: every row is read. `unknown`: it depends on what no migration tells. */
export type Work = 'none' | 'scan' | 'rewrite' | 'unknown';

export interface Surroundings {
  readonly schema: Schema;
  /** The session's time zone is UTC, as the file itself sets it. */
  readonly utc: boolean;
}

/** What an act does to the rows that are there, beside rows it is about itself. */
export function workOf(act: Act, at: Surroundings): Work {
  switch (act.kind) {
    case 'add-column':
      return addedColumn(act.column, at.schema);
    case 'change-type': {
      const column = at.schema.tables.get(act.table)?.columns.get(act.column)?.column;
      const indexed = [...at.schema.indexes.values()].some(
        ({ table, keys }) => table === act.table && keys.includes(act.column),
      );
      const checked = (at.schema.tables.get(act.table)?.constraints ?? []).some(
        ({ kind, columns }) => kind === 'check' && columns.includes(act.column),
      );
      const work = typeWork({ from: column?.type, to: act.type, using: usingOf(act), indexed }, at);
      return work === 'none' && (checked || (act.collation !== '' && indexed)) ? 'scan' : work;
    }
    case 'set-not-null':
      return provenNotNull(act.table, act.column, at.schema) ? 'none' : 'scan';
    case 'add-constraint':
      return act.constraint.validated && act.constraint.index === '' ? 'scan' : 'none';
    case 'set-expression':
      return 'rewrite';
    case 'add-identity':
    case 'validate-constraint':
      return act.kind === 'add-identity' ? 'none' : 'scan';
    case 'table-option':
      // Where every table lies unless a migration has moved it.
      if (act.option === 'AT_SetTableSpace' && act.name === 'pg_default') return 'none';
      if (act.option === 'AT_SetAccessMethod' && act.name === 'heap') return 'none';
      return ['AT_SetLogged', 'AT_SetUnLogged', 'AT_SetAccessMethod', 'AT_SetTableSpace'].includes(act.option)
        ? 'rewrite'
        : 'none';
    case 'cluster':
      return 'rewrite';
    case 'vacuum':
      return act.full ? 'rewrite' : 'none';
    case 'create-index':
      return 'scan';
    default:
      return 'none';
  }
}

/** Whether a default gives each row its own value, so that every row has to be written. */
export function isVolatile(expression: Expression | undefined, schema: Schema): boolean {
  return (expression?.calls ?? []).some((name) => schema.functions.get(name) ?? !steadyFunctions.has(name));
}

/** Serial types count with a sequence: nextval() is volatile. */
export function isSerial(type: ColumnType): boolean {
  return ['serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8'].includes(type.name);
}

/** Whether the schema already proves that no row has a null there: NOT NULL, or a validated check that demands it. */
export function provenNotNull(table: string, column: string, schema: Schema): boolean {
  const known = schema.tables.get(table);
  if (known?.columns.get(column)?.column.notNull === true) return true;
  return (known?.constraints ?? []).some(
    ({ kind, validated, expression }) => kind === 'check' && validated && (expression?.notNull ?? []).includes(column),
  );
}

function addedColumn(column: Column, schema: Schema): Work {
  const domain = schema.domains.get(column.type.name);
  if (isSerial(column.type) || column.generated === 'identity' || column.generated === 'stored') return 'rewrite';
  if (isVolatile(column.default, schema) || (domain?.constrained === true && !column.type.array)) return 'rewrite';
  return column.constraints.some(({ kind }) => kind !== 'foreign' || column.default?.isNull === false)
    ? 'scan'
    : 'none';
}

interface TypeChange {
  readonly from: ColumnType | undefined;
  readonly to: ColumnType;
  /** A USING that is more than the column itself: every row is computed. */
  readonly using: 'none' | 'same' | 'other';
  readonly indexed: boolean;
}

/** Whether USING says no more than the cast that Postgres would choose itself. */
export function usingOf({ using, column, type }: Extract<Act, { readonly kind: 'change-type' }>): TypeChange['using'] {
  if (using === undefined) return 'none';
  return using.column === column && (using.cast === '' || using.cast === type.name) ? 'same' : 'other';
}

/** Types whose change of length or precision looks at no row when it grows. */
const growing = ['varchar', 'varbit', 'timestamp', 'timestamptz', 'time', 'timetz', 'interval'];

/** Pairs that store the same bytes and need no function: the casts of pg_cast marked binary coercible, and citext's. */
const sameBytes = new Set([
  'varchar text',
  'text varchar',
  'cidr inet',
  'xml text',
  'xml varchar',
  'int4 oid',
  'oid int4',
  'oid regclass',
  'regclass oid',
  'int4 regclass',
  'pg_node_tree text',
  'bit varbit',
  'varbit bit',
]);
const sameBytesUnlessIndexed = new Set(['text citext', 'citext text', 'varchar citext', 'citext varchar']);

/** What changing a column's type costs, as ATColumnChangeRequiresRewrite decides it. */
export function typeWork({ from, to, using, indexed }: TypeChange, { schema, utc }: Surroundings): Work {
  if (using === 'other') return 'rewrite';
  if (from === undefined) return 'unknown';
  const target = schema.domains.get(to.name);
  if (target !== undefined && to.name !== from.name)
    return target.constrained ? 'rewrite' : typeWork({ from, to: target.base, using, indexed }, { schema, utc });
  const source = schema.domains.get(from.name);
  if (source !== undefined && to.name !== from.name)
    return typeWork({ from: source.base, to, using, indexed }, { schema, utc });
  if (from.array !== to.array) return 'rewrite';
  if (from.name === to.name && same(from.modifiers, to.modifiers)) return 'none';
  if (from.array) return 'rewrite';
  if (from.name === to.name) return sameTypeWork(from, to);
  const pair = `${from.name} ${to.name}`;
  if (sameBytes.has(pair)) return to.modifiers.length === 0 || grows(from, to) ? 'none' : 'rewrite';
  if (sameBytesUnlessIndexed.has(pair)) return indexed ? 'scan' : 'none';
  const clocks = ['timestamp timestamptz', 'timestamptz timestamp'].includes(pair);
  if (clocks && utc) return to.modifiers.length === 0 || grows(from, to) ? 'none' : 'rewrite';
  return 'rewrite';
}

function sameTypeWork(from: ColumnType, to: ColumnType): Work {
  if (to.modifiers.length === 0 && from.name !== 'bpchar' && from.name !== 'bit') return 'none';
  if (growing.includes(from.name)) return grows(from, to) ? 'none' : 'rewrite';
  if (from.name !== 'numeric') return 'rewrite';
  const [precision = 0, scale = 0] = from.modifiers;
  const [newPrecision = 0, newScale = 0] = to.modifiers;
  return from.modifiers.length > 0 && newScale === scale && newPrecision >= precision ? 'none' : 'rewrite';
}

/** Intervals name their fields in a first modifier; the length or precision is the last. A type without one has the largest (six digits, no end). */
function grows(from: ColumnType, to: ColumnType): boolean {
  const endless = ['varchar', 'varbit', 'text', 'bit'].includes(from.name) ? Number.POSITIVE_INFINITY : 6;
  return (to.modifiers.at(-1) ?? endless) >= (from.modifiers.at(-1) ?? endless);
}

function same(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
