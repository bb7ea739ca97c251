// What a statement does to a database, as data: the words in which every rule of the linter thinks.

export interface ColumnType {
  /** Postgres' own name without `pg_catalog`: `int4`, `varchar`, `timestamptz`; a type of one's own with its schema unless that is public. */
  readonly name: string;
  /** Length, or precision and scale; empty when none is given. */
  readonly modifiers: readonly number[];
  readonly array: boolean;
}

/** What is known of an expression without running it. */
export interface Expression {
  /** Columns it names. */
  readonly columns: readonly string[];
  /** Functions it calls, lower case. */
  readonly calls: readonly string[];
  /** A bare column, perhaps with casts around it: its name; else empty. */
  readonly column: string;
  /** Type of the outermost cast; empty without one. */
  readonly cast: string;
  readonly isNull: boolean;
  /** Columns of which it demands that they are not null, whatever else it demands. */
  readonly notNull: readonly string[];
  /** Null in its columns makes it null, which a CHECK takes: comparisons and steady text functions alone. */
  readonly nullPasses: boolean;
  /** That columns are not null is all that it demands. */
  readonly onlyNotNull: boolean;
}

export interface Reference {
  readonly table: string;
  readonly columns: readonly string[];
}

export type ConstraintKind = 'check' | 'foreign' | 'unique' | 'primary' | 'exclude' | 'not-null';

export interface Constraint {
  readonly kind: ConstraintKind;
  /** Empty: Postgres makes one up. */
  readonly name: string;
  readonly columns: readonly string[];
  /** False for NOT VALID (and NOT ENFORCED). */
  readonly validated: boolean;
  /** False for NOT ENFORCED: nothing is refused. */
  readonly enforced: boolean;
  /** USING INDEX; empty without. */
  readonly index: string;
  readonly references: Reference | undefined;
  readonly expression: Expression | undefined;
}

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly notNull: boolean;
  readonly default: Expression | undefined;
  readonly generated: 'stored' | 'virtual' | 'identity' | undefined;
  /** PRIMARY KEY, UNIQUE, REFERENCES and CHECK written behind the column. */
  readonly constraints: readonly Constraint[];
}

/** Kinds of objects that are made, dropped or renamed. */
export type Thing =
  | 'table'
  | 'column'
  | 'index'
  | 'view'
  | 'materialized view'
  | 'schema'
  | 'type'
  | 'domain'
  | 'function'
  | 'trigger'
  | 'sequence'
  | 'extension'
  | 'policy'
  | 'constraint'
  | 'rule'
  | 'database'
  | 'enum value'
  | 'other';

interface OnTable {
  readonly table: string;
  /** `ALTER TABLE IF EXISTS`. */
  readonly ifTable: boolean;
}

/** One thing an ALTER TABLE does. */
export type TableAct = OnTable &
  (
    | { readonly kind: 'add-column'; readonly column: Column; readonly guarded: boolean }
    | { readonly kind: 'drop-column'; readonly column: string; readonly guarded: boolean; readonly cascade: boolean }
    | {
        readonly kind: 'change-type';
        readonly column: string;
        readonly type: ColumnType;
        readonly using: Expression | undefined;
        readonly collation: string;
      }
    | { readonly kind: 'set-default'; readonly column: string; readonly default: Expression | undefined }
    | { readonly kind: 'set-not-null' | 'drop-not-null'; readonly column: string }
    | { readonly kind: 'add-constraint'; readonly constraint: Constraint }
    | { readonly kind: 'drop-constraint'; readonly constraint: string; readonly guarded: boolean }
    | { readonly kind: 'validate-constraint'; readonly constraint: string }
    | { readonly kind: 'set-expression' | 'drop-expression' | 'add-identity'; readonly column: string }
    | { readonly kind: 'attach-partition'; readonly partition: string }
    | { readonly kind: 'detach-partition'; readonly partition: string; readonly concurrently: boolean }
    /** Whatever else: `option` is the grammar's own word, as `AT_SetLogged`. */
    | { readonly kind: 'table-option'; readonly option: string; readonly name: string; readonly guarded: boolean }
  );

export type Act =
  | TableAct
  | {
      readonly kind: 'create-table';
      readonly table: string;
      readonly guarded: boolean;
      readonly columns: readonly Column[];
      readonly constraints: readonly Constraint[];
      readonly partitionOf: string;
      readonly partitioned: boolean;
      readonly temporary: boolean;
      /** Made from a query or another table: its columns are not all known. */
      readonly open: boolean;
    }
  | {
      readonly kind: 'create-index';
      readonly table: string;
      readonly name: string;
      /** Column names in order; empty text for an expression. */
      readonly keys: readonly string[];
      readonly unique: boolean;
      readonly partial: boolean;
      readonly concurrently: boolean;
      readonly guarded: boolean;
      /** ON ONLY: of a partitioned table, without its partitions. */
      readonly only: boolean;
    }
  | {
      readonly kind: 'drop';
      readonly thing: Thing;
      readonly names: readonly string[];
      /** Of triggers, policies and rules: where they were. */
      readonly table: string;
      readonly guarded: boolean;
      readonly cascade: boolean;
      readonly concurrently: boolean;
    }
  | {
      readonly kind: 'rename';
      readonly thing: Thing;
      readonly table: string;
      readonly from: string;
      readonly to: string;
      /** SET SCHEMA. */
      readonly moved: boolean;
      readonly guarded: boolean;
    }
  | {
      readonly kind: 'create';
      readonly thing: Thing;
      readonly name: string;
      readonly table: string;
      readonly guarded: boolean;
      readonly replace: boolean;
      /** Of functions: as declared; volatile when nothing is said. */
      readonly volatile: boolean;
      /** Of enums: their labels. Of views: the columns they name. Of policies: `permissive`. Of domains and policies: whether something is demanded. */
      readonly labels: readonly string[];
      readonly base: ColumnType | undefined;
      readonly constrained: boolean;
      /** A trigger that refuses is like a constraint; so is a policy. Of views: what they read. */
      readonly reads: readonly string[];
    }
  | { readonly kind: 'alter'; readonly thing: Thing; readonly name: string; readonly what: string }
  | {
      readonly kind: 'add-enum-value';
      readonly type: string;
      readonly value: string;
      readonly guarded: boolean;
      readonly placed: boolean;
    }
  | {
      readonly kind: 'insert';
      readonly table: string;
      readonly columns: readonly string[];
      readonly guarded: boolean;
    }
  | {
      readonly kind: 'update' | 'delete';
      readonly table: string;
      readonly columns: readonly string[];
      readonly where: boolean;
      /** The update demands that the column it fills is null: a second run finds nothing. */
      readonly guarded: boolean;
    }
  | { readonly kind: 'truncate'; readonly tables: readonly string[]; readonly cascade: boolean }
  | { readonly kind: 'select'; readonly calls: readonly string[]; readonly locks: boolean }
  | { readonly kind: 'set'; readonly name: string; readonly value: string; readonly local: boolean }
  | { readonly kind: 'transaction'; readonly word: string }
  | {
      readonly kind: 'reindex' | 'refresh' | 'cluster' | 'vacuum';
      readonly thing: Thing;
      readonly name: string;
      readonly concurrently: boolean;
      readonly full: boolean;
    }
  | {
      readonly kind: 'comment';
      readonly thing: Thing;
      readonly table: string;
      readonly column: string;
      readonly text: string;
    }
  | {
      readonly kind: 'grant' | 'revoke';
      /** Empty: not a table, or not known by name. */
      readonly table: string;
      /** PUBLIC is named; somebody else is. */
      readonly toPublic: boolean;
      readonly others: boolean;
      /** `select`, `select(note)`; `all`. */
      readonly rights: readonly string[];
    }
  | { readonly kind: 'lock'; readonly table: string; readonly mode: string }
  /** Text put together at run time, or a body nobody can read. */
  | { readonly kind: 'opaque'; readonly what: string }
  | { readonly kind: 'other'; readonly what: string };

/** The acts of one kind. */
export type ActOf<K extends Act['kind']> = Act extends infer A
  ? A extends { readonly kind: string }
    ? K extends A['kind']
      ? A
      : never
    : never
  : never;
