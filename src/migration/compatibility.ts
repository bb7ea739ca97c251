// What a migration means for code that still runs on the schema before it: none, expand or contract. Judged from what its statements do.
import type { Act, ActOf, Constraint, TableAct } from './act.ts';
import { type Compatibility, contract, expand, type Meaning, unnoticed, worstOf } from './meaning.ts';
import type { ParsedStatement } from './parsed.ts';
import { isSerial, provenNotNull, typeWork, usingOf } from './rewrite.ts';
import type { Schema } from './schema.ts';

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

/** What a file has made so far: no code that runs can know of it. */
export interface Fresh {
  readonly tables: ReadonlySet<string>;
  /** As `orders.note`. */
  readonly columns: ReadonlySet<string>;
  /** Views that the file makes, with the tables they read: one under the old name of a renamed table keeps old readers going. */
  readonly views: ReadonlyMap<string, readonly string[]>;
  /** Schemas, types and the like, as `type colour`. */
  readonly things: ReadonlySet<string>;
  /** Indexes that the file makes somewhere. */
  readonly indexes: ReadonlySet<string>;
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
      return indexMeaning(act, fresh);
    case 'drop':
      return dropMeaning(act, schema, fresh);
    case 'rename':
      return renameMeaning(act, schema, fresh);
    case 'create':
      if (act.thing === 'policy' && schema.tables.get(act.table)?.guardedRows === false)
        return expand('a policy does nothing while the table has no row security');
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
      return contract('REVOKE takes rights away');
    case 'opaque':
      return contract(`${act.what} cannot be judged from its text`);
    case 'other':
      return /^(create |import |alter default|security|alter function$|alter extension)/.test(act.what)
        ? expand(`${act.what.toUpperCase()} adds`)
        : contract(`${act.what.toUpperCase()} cannot be judged from its text`);
    default:
      return unnoticed;
  }
}

function indexMeaning(act: ActOf<'create-index'>, fresh: Fresh): Meaning {
  if (!act.unique) return unnoticed;
  if (fresh.tables.has(act.table)) return expand('the table is made in the same file');
  if (act.keys.length > 0 && act.keys.every((key) => fresh.columns.has(`${act.table}.${key}`)))
    return expand('the columns are made in the same file');
  return contract('a unique index refuses rows that old code may write');
}

function dropMeaning(act: ActOf<'drop'>, schema: Schema, fresh: Fresh): Meaning {
  const isOurs = (name: string) =>
    act.thing === 'table' ? fresh.tables.has(name) : fresh.things.has(`${act.thing} ${name}`);
  const ours = act.names.every(isOurs) || fresh.tables.has(act.table);
  if (ours) return expand('it is made in the same file');
  const known = (name: string) =>
    schema.indexes.get(name)?.unique === false || (!schema.indexes.has(name) && fresh.indexes.has(name));
  if (act.thing === 'index' && act.names.every(known)) return unnoticed;
  return contract(`DROP ${act.thing === 'other' ? '…' : act.thing.toUpperCase()} takes away what old code may use`);
}

function renameMeaning(act: ActOf<'rename'>, schema: Schema, fresh: Fresh): Meaning {
  const constraint = schema.tables.get(act.table)?.constraints.find(({ name }) => name === act.from);
  if (act.thing === 'index' || (act.thing === 'constraint' && ['check', 'foreign'].includes(constraint?.kind ?? '')))
    return unnoticed;
  if (fresh.tables.has(act.table || act.from) || fresh.things.has(`${act.thing} ${act.from}`))
    return expand('the table is made in the same file');
  if (act.thing === 'table' && (fresh.views.get(act.from) ?? []).includes(act.to))
    return expand('a view under the old name keeps old code reading');
  return contract(act.moved ? 'SET SCHEMA: old code knows the old name' : 'RENAME: old code knows the old name');
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

function tableMeaning(act: TableAct, schema: Schema, fresh: Fresh): Meaning {
  const fresher = (columns: readonly string[]) =>
    columns.length > 0 && columns.every((column) => fresh.columns.has(`${act.table}.${column}`));
  switch (act.kind) {
    case 'add-column': {
      const { notNull, generated, type } = act.column;
      const given = act.column.default !== undefined && !act.column.default.isNull;
      if (notNull && !given && generated === undefined && !isSerial(type))
        return contract('a column that must be filled and has no default: old code does not write it');
      return expand('a column is added that old code need not know');
    }
    case 'drop-column': {
      const table = schema.tables.get(act.table);
      if (act.guarded && table?.open === false && !table.columns.has(act.column)) return unnoticed;
      return fresher([act.column])
        ? expand('the column is made in the same file')
        : contract('DROP COLUMN: old code may use it');
    }
    case 'change-type':
      return changedType(act, schema, fresher([act.column]));
    case 'set-default':
      return act.default === undefined
        ? contract('ALTER COLUMN … DROP DEFAULT can change what old code reads or writes')
        : expand('SET DEFAULT loosens or fills');
    case 'set-not-null': {
      if (provenNotNull(act.table, act.column, schema)) return unnoticed;
      const filled = schema.tables.get(act.table)?.columns.get(act.column)?.column.default !== undefined;
      if (fresher([act.column]) && filled) return expand('the column is made in the same file and has a default');
      return contract('SET NOT NULL refuses rows that old code may write');
    }
    case 'drop-not-null':
    case 'add-identity':
      return expand(`${act.kind === 'drop-not-null' ? 'DROP NOT NULL' : 'ADD GENERATED'} loosens or fills`);
    case 'add-constraint':
      return addedConstraint(act.constraint, fresher(act.constraint.columns));
    case 'drop-constraint': {
      const old = schema.tables.get(act.table)?.constraints.find(({ name }) => name === act.constraint);
      return old !== undefined && ['check', 'foreign', 'exclude'].includes(old.kind)
        ? expand('DROP CONSTRAINT loosens')
        : contract('DROP CONSTRAINT: old code may use it');
    }
    case 'validate-constraint':
      return unnoticed;
    case 'attach-partition':
      return expand('a partition is attached');
    case 'table-option':
      return quiet.test(act.option)
        ? unnoticed
        : contract(`ALTER TABLE … ${words(act.option)} cannot be judged from its text`);
    default:
      return contract(
        `ALTER TABLE … ${act.kind.replace('-', ' ').toUpperCase()} can change what old code reads or writes`,
      );
  }
}

const quiet =
  /^AT_(SetStatistics|(Set|Reset)Options|SetStorage|SetCompression|(Set|Reset|Replace)RelOptions|ClusterOn|DropCluster|Set(Un)?Logged|SetTableSpace|SetAccessMethod|ReplicaIdentity|DetachPartitionFinalize|SetIdentity)$/;

function words(option: string): string {
  return option
    .replace(/^AT_/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase();
}

/** A type that only takes more than before leaves old code as it was; the bytes of int and bigint are not alike to it. */
function changedType(
  act: Extract<TableAct, { readonly kind: 'change-type' }>,
  schema: Schema,
  isFresh: boolean,
): Meaning {
  if (isFresh) return expand('the column is made in the same file');
  const from = schema.tables.get(act.table)?.columns.get(act.column)?.column.type;
  const using = usingOf(act);
  // Of arrays every element is converted, which costs a rewrite, but old code meets no other values when their types hold the same.
  const bare =
    from?.array === true && act.type.array
      ? { from: { ...from, array: false }, to: { ...act.type, array: false } }
      : undefined;
  const work = typeWork({ from, to: act.type, using, indexed: false, ...bare }, { schema, utc: false });
  return work === 'none' ? expand('the column takes more than before') : contract('the type of a column changes');
}

function addedConstraint(constraint: Constraint, isFresh: boolean): Meaning {
  if (constraint.index !== '') return expand(`the index ${constraint.index} refuses these rows already`);
  if (isFresh) return expand('the columns are made in the same file');
  const word = constraint.kind === 'foreign' ? 'FOREIGN KEY' : constraint.kind.toUpperCase().replace('-', ' ');
  return contract(`ADD ${word} refuses rows that old code may write`);
}
