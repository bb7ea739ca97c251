// What a migration means for code that still runs on the schema before it: none, expand or contract. Judged from what its statements do.
import type { Act, ActOf } from './act.ts';
import { type Compatibility, contract, expand, type Fresh, type Meaning, unnoticed, worstOf } from './meaning.ts';
import type { ParsedStatement } from './parsed.ts';
import { isKeptByPublic } from './public-right.ts';
import type { Schema } from './schema.ts';
import { tableMeaning } from './table-meaning.ts';

export interface Reading {
  readonly compatibility: Compatibility;
  /** Why, for people; empty for none. */
  readonly because: string;
  readonly line: number;
  readonly column: number;
}

export interface Compatible {
  readonly compatibility: Compatibility;
  /** The statements that made it so. */
  readonly readings: readonly Reading[];
  /** Nobody could read the file: it is treated as a contract, and the gate hears `unknown`. */
  readonly unread?: boolean;
}

/** Of a file that no grammar could read. */
export function unreadable(because: string, place: { readonly line: number; readonly column: number }): Compatible {
  const reading = { compatibility: 'contract' as const, because: `it cannot be read: ${because}`, ...place };
  return { compatibility: 'contract', readings: [reading], unread: true };
}

/** The worst of the statements counts, and is named. */
export function compatibleOf(
  meanings: readonly { readonly statement: ParsedStatement; readonly meaning: Meaning }[],
): Compatible {
  const worst = worstOf(meanings.map(({ meaning }) => meaning.compatibility));
  const deciding = meanings.filter(({ meaning }) => worst !== 'none' && meaning.compatibility === worst);
  return {
    compatibility: worst,
    readings: deciding.map(({ statement, meaning }) => ({
      ...meaning,
      line: statement.line,
      column: statement.column,
    })),
  };
}

/** The meaning of one act, on the schema as it is before it. */
export function meaningOf(act: Act, schema: Schema, fresh: Fresh): Meaning {
  if ('ifTable' in act)
    return fresh.tables.has(act.table)
      ? expand('the table is made in the same file')
      : tableMeaning(act, schema, fresh);
  switch (act.kind) {
    case 'create-table':
      return expand('CREATE TABLE adds');
    case 'create-index':
      return indexMeaning(act, schema, fresh);
    case 'drop':
      return dropMeaning(act, schema, fresh);
    case 'rename':
      return renameMeaning(act, schema, fresh);
    case 'create':
      if (act.thing === 'policy' && schema.tables.get(act.table)?.guardedRows === false)
        return expand('a policy does nothing while the table has no row security');
      if (act.thing === 'policy' && act.labels.includes('permissive'))
        return expand('a permissive policy only lets more through');
      if (['policy', 'rule'].includes(act.thing) && !fresh.tables.has(act.table))
        return contract(`CREATE ${act.thing.toUpperCase()} can change what old code reads or writes`);
      return expand(`CREATE ${act.thing === 'other' ? '…' : act.thing.toUpperCase()} adds`);
    case 'alter':
      return alterMeaning(act);
    case 'add-enum-value':
      return expand('a value is added to an enum');
    case 'insert':
    case 'update':
      return expand(`${act.kind.toUpperCase()} changes data, the schema stays`);
    case 'delete':
      return fresh.tables.has(act.table)
        ? expand('the table is made in the same file')
        : contract('DELETE removes rows that old code may read');
    case 'truncate':
      return act.tables.every((table) => fresh.tables.has(table))
        ? expand('the table is made in the same file')
        : contract('TRUNCATE removes rows that old code may read');
    case 'refresh':
    case 'grant':
      return expand(`${act.kind.toUpperCase()} changes data or rights, the schema stays`);
    case 'revoke':
      if (isKeptByPublic(act, schema.publicRights)) return expand('PUBLIC keeps the same rights');
      return isGivenToNobody(act, schema)
        ? expand('PUBLIC has no rights on a table unless they are given')
        : contract('REVOKE takes rights away');
    case 'opaque':
      return contract(`${act.what} cannot be judged from its text`);
    case 'other':
      if (act.what === 'constraints set') return unnoticed;
      return /^(create |import |alter default|security|alter function$|alter extension)/.test(act.what)
        ? expand(`${act.what.toUpperCase()} adds`)
        : contract(`${act.what.toUpperCase()} cannot be judged from its text`);
    default:
      return unnoticed;
  }
}

/** Only of tables that a migration made is it known who was given rights on them. */
function isGivenToNobody({ table, others }: ActOf<'revoke'>, { tables, grantedTables }: Schema): boolean {
  return !others && tables.has(table) && !grantedTables.has(table) && !grantedTables.has('*');
}

function indexMeaning(act: ActOf<'create-index'>, schema: Schema, fresh: Fresh): Meaning {
  if (!act.unique) return unnoticed;
  if (fresh.tables.has(act.table)) return expand('the table is made in the same file');
  if (fresh.things.has(`materialized view ${act.table}`)) return expand('the view is made in the same file');
  const proven = [...schema.indexes.values()].some(
    ({ table, unique, partial, keys }) =>
      table === act.table &&
      unique &&
      !partial &&
      keys.length > 0 &&
      keys.every((key) => key !== '' && act.keys.includes(key)),
  );
  if (proven) return expand('another index refuses these rows already');
  if (act.keys.length > 0 && act.keys.every((key) => fresh.columns.has(`${act.table}.${key}`)))
    return expand('the columns are made in the same file');
  return contract('a unique index refuses rows that old code may write');
}

function dropMeaning(act: ActOf<'drop'>, schema: Schema, fresh: Fresh): Meaning {
  const isOurs = (name: string) =>
    act.thing === 'table' ? fresh.tables.has(name) : fresh.things.has(`${act.thing} ${name}`);
  const ours = act.names.every(isOurs) || fresh.tables.has(act.table);
  if (ours) return expand('it is made in the same file');
  if (act.thing === 'trigger' && act.names.every((name) => fresh.triggers.has(`${act.table}.${name}`)))
    return expand('the trigger is made again in the same file');
  const known = (name: string) =>
    schema.indexes.get(name)?.unique === false || (!schema.indexes.has(name) && fresh.indexes.has(name));
  if (act.thing === 'index' && act.names.every(known)) return unnoticed;
  return contract(`DROP ${act.thing === 'other' ? '…' : act.thing.toUpperCase()} takes away what old code may use`);
}

function renameMeaning(act: ActOf<'rename'>, schema: Schema, fresh: Fresh): Meaning {
  const constraint = schema.tables.get(act.table)?.constraints.find(({ name }) => name === act.from);
  if (act.thing === 'index' || (act.thing === 'constraint' && ['check', 'foreign'].includes(constraint?.kind ?? '')))
    return renamesConstraint(act, schema)
      ? contract('RENAME: ON CONFLICT ON CONSTRAINT knows the old name')
      : unnoticed;
  if (fresh.tables.has(act.table || act.from) || fresh.things.has(`${act.thing} ${act.from}`))
    return expand('the table is made in the same file');
  if (act.thing === 'table' && (fresh.views.get(act.from) ?? []).includes(act.to))
    return expand('a view under the old name keeps old code reading');
  return contract(act.moved ? 'SET SCHEMA: old code knows the old name' : 'RENAME: old code knows the old name');
}

/** With the index of a constraint its constraint is renamed. */
function renamesConstraint({ thing, from }: ActOf<'rename'>, schema: Schema): boolean {
  const table = schema.tables.get(schema.indexes.get(from)?.table ?? '');
  return thing === 'index' && (table?.constraints ?? []).some(({ name }) => name === from);
}

function alterMeaning({ thing, name, what }: ActOf<'alter'>): Meaning {
  if (thing === 'sequence') return expand(`ALTER SEQUENCE ${name}`);
  if (thing === 'index') return unnoticed;
  if (thing === 'domain')
    return /^[CO]/.test(what)
      ? contract('the domain refuses values that old code may write')
      : expand(`ALTER DOMAIN ${name}`);
  return contract(`ALTER ${thing.toUpperCase()} ${name} can change what old code reads or writes`);
}
