// The schema as the migrations make it: which tables, columns, types, defaults, constraints and indexes are there.
import type { Column, ColumnType, Constraint } from './act.ts';

export interface KnownColumn {
  readonly column: Column;
  /** Migration that brought it. */
  readonly madeIn: string;
  /** Migration whose comment calls it deprecated; empty while none does. */
  readonly deprecatedIn: string;
}

export interface Table {
  readonly name: string;
  readonly columns: ReadonlyMap<string, KnownColumn>;
  readonly constraints: readonly Constraint[];
  /** Not all of its columns are known. */
  readonly open: boolean;
  readonly partitioned: boolean;
  /** Row level security is on; undefined for a table that no migration made. */
  readonly guardedRows: boolean | undefined;
  readonly madeIn: string;
  readonly deprecatedIn: string;
}

export interface Index {
  readonly name: string;
  readonly table: string;
  readonly keys: readonly string[];
  readonly unique: boolean;
  readonly partial: boolean;
}

export interface Domain {
  readonly base: ColumnType;
  readonly constrained: boolean;
}

/** Tables that a view reads, and columns that it names; `*` for all. */
export interface View {
  readonly reads: readonly string[];
  readonly columns: readonly string[];
}

/** What the rules may ask. */
export interface Schema {
  readonly tables: ReadonlyMap<string, Table>;
  readonly indexes: ReadonlyMap<string, Index>;
  readonly domains: ReadonlyMap<string, Domain>;
  /** Labels of each enum. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** Own functions, and whether each is volatile. */
  readonly functions: ReadonlyMap<string, boolean>;
  readonly views: ReadonlyMap<string, View>;
  /** Triggers as `orders.orders_touch`, and whether each is enabled. */
  readonly triggers: ReadonlyMap<string, boolean>;
  /** Tables on which somebody was given rights, PUBLIC perhaps among them; `*` when several were at once. */
  readonly grantedTables: ReadonlySet<string>;
  /** What PUBLIC was given, by table. */
  readonly publicRights: ReadonlyMap<string, ReadonlySet<string>>;
}

/** False for a column that is known not to be there: the migrations made the table, and none of them this column. */
export function mayBeThere(
  { table, column }: { readonly table: string; readonly column: string },
  schema: Schema,
): boolean {
  const known = schema.tables.get(table);
  return known === undefined || known.open || known.columns.has(column);
}
