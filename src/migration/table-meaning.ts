// What one part of an ALTER TABLE means for code that still runs on the table as it was.
import type { Constraint, TableAct } from './act.ts';
import { contract, expand, type Fresh, type Meaning, unnoticed } from './meaning.ts';
import { isSerial, provenNotNull, typeWork, usingOf } from './rewrite.ts';
import type { Schema } from './schema.ts';

/** The meaning of what an ALTER TABLE does, on the schema as it is before it. */
export function tableMeaning(act: TableAct, schema: Schema, fresh: Fresh): Meaning {
  const fresher = (columns: readonly string[]) =>
    columns.length > 0 && columns.every((column) => fresh.columns.has(`${act.table}.${column}`));
  switch (act.kind) {
    case 'add-column': {
      const { notNull, generated, type } = act.column;
      const given = act.column.default !== undefined && !act.column.default.isNull;
      if (notNull && !given && generated === undefined && !isSerial(type))
        return contract('a column that must be filled and has no default: old code does not write it');
      if (
        !given &&
        act.column.constraints.some(
          ({ kind, enforced, expression }) => kind === 'check' && enforced && expression?.nullPasses !== true,
        )
      )
        return contract('a column whose check may refuse the null that old code leaves there');
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
      return act.default === undefined && !hasNoDefault(act.table, act.column, schema)
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
      if (isProven(act, schema)) return expand('every row keeps it already');
      return addedConstraint(act.constraint, fresher(act.constraint.columns) && leavesAlone(act, schema));
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
    case 'drop-expression':
    case 'set-expression':
      return fresher([act.column])
        ? expand('the column is made in the same file')
        : contract('ALTER COLUMN … EXPRESSION can change what old code reads or writes');
    case 'table-option':
      if (act.option === 'AT_EnableRowSecurity' && fresh.opened.has(act.table))
        return expand('a policy of the same file lets everything through');
      return quiet.test(act.option) || isOffAlready(act, schema) || isSwitchedBack(act, schema, fresh)
        ? unnoticed
        : contract(`ALTER TABLE … ${words(act.option)} cannot be judged from its text`);
    default:
      return contract(
        `ALTER TABLE … ${act.kind.replace('-', ' ').toUpperCase()} can change what old code reads or writes`,
      );
  }
}

function isOffAlready(act: Extract<TableAct, { readonly kind: 'table-option' }>, schema: Schema): boolean {
  return act.option === 'AT_DisableRowSecurity' && schema.tables.get(act.table)?.guardedRows === false;
}

/** A trigger that is enabled and stays so, or is disabled and enabled in one transaction. */
function isSwitchedBack(
  { table, option, name }: Extract<TableAct, { readonly kind: 'table-option' }>,
  { triggers }: Schema,
  { switched }: Fresh,
): boolean {
  const word = /^AT_(Enable|Disable)Trig(All|User)?$/.exec(option);
  if (word === null) return false;
  const trigger = `${table}.${name}${word[2] ?? ''}`;
  if (word[1] === 'Disable') return switched.has(`enable ${trigger}`);
  return switched.has(`disable ${trigger}`) || triggers.get(`${table}.${name}`) === true;
}

/** A check of nothing but NOT NULL on columns that have it. */
function isProven(
  { table, constraint }: Extract<TableAct, { readonly kind: 'add-constraint' }>,
  schema: Schema,
): boolean {
  const { kind, expression } = constraint;
  return (
    kind === 'check' &&
    expression?.onlyNotNull === true &&
    expression.notNull.every((column) => provenNotNull(table, column, schema))
  );
}

/** Known to have none: DROP DEFAULT changes nothing. */
function hasNoDefault(table: string, name: string, schema: Schema): boolean {
  const known = schema.tables.get(table)?.columns.get(name);
  return known !== undefined && known.column.default === undefined && !isSerial(known.column.type);
}

/** Whether a constraint on columns that are new is kept by old code, which leaves them to their defaults: nulls pass a comparison, but no test for null; what is computed from old columns can be anything. */
function leavesAlone(
  { table, constraint }: Extract<TableAct, { readonly kind: 'add-constraint' }>,
  schema: Schema,
): boolean {
  const columns = constraint.columns.map((name) => schema.tables.get(table)?.columns.get(name)?.column);
  if (columns.some((column) => column?.generated === 'stored' || column?.generated === 'virtual')) return false;
  const filled = columns.every((column) => column?.default?.isNull === false);
  if (constraint.kind === 'not-null' || constraint.kind === 'primary')
    return (
      filled ||
      columns.every((column) => column?.generated === 'identity' || (column !== undefined && isSerial(column.type)))
    );
  return constraint.kind !== 'check' || filled || constraint.expression?.nullPasses === true;
}

const quiet =
  // Of MySQL only how it is done: the words of ALGORITHM and LOCK.
  /^algorithm$|^lock$|^AT_(SetStatistics|(Set|Reset)Options|SetStorage|SetCompression|(Set|Reset|Replace)RelOptions|ClusterOn|DropCluster|Set(Un)?Logged|SetTableSpace|SetAccessMethod|ReplicaIdentity|DetachPartitionFinalize|SetIdentity|AlterConstraintTiming)$/;

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
  if (!constraint.enforced) return unnoticed;
  if (constraint.index !== '') return expand(`the index ${constraint.index} refuses these rows already`);
  if (isFresh) return expand('the columns are made in the same file');
  const word = constraint.kind === 'foreign' ? 'FOREIGN KEY' : constraint.kind.toUpperCase().replace('-', ' ');
  return contract(`ADD ${word} refuses rows that old code may write`);
}
